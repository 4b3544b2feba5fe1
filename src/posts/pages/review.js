/** The page of a review link, in the browser. It keeps nothing: the secret lives as long as the page. */

const element = (id) => document.getElementById(id);

const reviewFields = `workspaceName label expiresAt status contentHash
  images { url altText } targets { platform handle text scheduledAt } history { at by decision text }`;

const operations = {
  read: `query ($token: String!) { postReview(token: $token) { ${reviewFields} } }`,
  decide: `mutation ($input: DecideByReviewLinkInput!) { decideByReviewLink(input: $input) {
    ... on DecideByReviewLinkSuccess { review { ${reviewFields} } } ... on Error { code message } } }`,
  comment: `mutation ($input: CommentByReviewLinkInput!) { commentByReviewLink(input: $input) {
    ... on CommentByReviewLinkSuccess { review { ${reviewFields} } } ... on Error { code message } } }`,
};

/** Asks the API. Answers the data of the one field; throws with words for a person. */
async function ask(query, variables) {
  const headers = { "content-type": "application/json", accept: "application/graphql-response+json" };
  const answer = await fetch("graphql", { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await answer.json();
  if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join(" "));
  const [found] = Object.values(data);
  if (found?.code !== undefined) throw new Error(found.message);
  return found;
}

const words = {
  SUBMITTED: "asked for approval",
  CHANGED: "changed it",
  APPROVED: "approved it",
  REJECTED: "rejected it",
  HELD: "holds it back",
};

const when = (date) => new Date(date).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

/** An element with text in it: whatever people wrote is text, never markup. */
function make(tag, className, text) {
  const made = document.createElement(tag);
  if (className !== "") made.className = className;
  made.textContent = text;
  return made;
}

function entry(about, text) {
  const item = document.createElement("li");
  item.append(make("div", "about", about));
  if (text !== "") item.append(make("p", "text", text));
  return item;
}

const statusWords = {
  AWAITING_APPROVAL: "It waits for a decision.",
  DRAFT: "It is a draft.",
  SCHEDULED: "It is approved and scheduled.",
  PUBLISHED: "It is out.",
  CANCELLED: "It was cancelled.",
  MISSED: "Its time has passed.",
};

function show(review) {
  element("title").textContent = `A post of “${review.workspaceName}”`;
  const status = statusWords[review.status] ?? "";
  element("story").textContent = `${status} The link is for ${review.label} and works until ${when(review.expiresAt)}.`;
  element("images").replaceChildren(
    ...review.images.map(({ url, altText }) => Object.assign(new Image(), { src: url, alt: altText })),
  );
  element("targets").replaceChildren(
    ...review.targets.map(({ platform, handle, text, scheduledAt }) =>
      entry(`${platform} · ${handle}${scheduledAt === null ? "" : ` · ${when(scheduledAt)}`}`, text),
    ),
  );
  element("history").replaceChildren(
    ...review.history.map(({ at, by, decision, text }) => {
      const did = decision === null ? "" : ` ${words[decision]}`;
      return entry(`${by ?? "Somebody"}${did} · ${when(at)}`, text);
    }),
  );
  element("talk").hidden = review.history.length === 0;
  element("post").hidden = false;
  element("review").hidden = false;
}

function end(title, story) {
  for (const id of ["post", "talk", "review"]) element(id).hidden = true;
  element("title").textContent = title;
  element("story").textContent = story;
}

const invalid = () =>
  end("This link is not valid", "It has run out, or was revoked. Ask whoever sent it for a new one.");

async function begin() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
  // Out of the address, and so out of the history, of screenshots and of what is copied from the address bar.
  history.replaceState(null, "", location.pathname);
  let review = token === "" ? null : await ask(operations.read, { token });
  if (review === null) return invalid();
  show(review);
  const form = element("review");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit(form, async () => {
      const { name, text } = Object.fromEntries(new FormData(form));
      const choice = event.submitter?.value ?? "COMMENT";
      const [operation, input] =
        choice === "COMMENT"
          ? [operations.comment, { token, name, text }]
          : [operations.decide, { token, name, decision: choice, contentHash: review.contentHash, reason: text }];
      try {
        ({ review } = await ask(operation, { input }));
        form.elements.text.value = "";
      } catch (error) {
        // What changed meanwhile is to be read before anybody decides again.
        review = await ask(operations.read, { token });
        if (review !== null) throw error;
      } finally {
        if (review === null) invalid();
        else show(review);
      }
    });
  });
}

/** Sends what the form says, once at a time, and shows what goes wrong. */
async function submit(form, work) {
  const buttons = form.querySelectorAll("button");
  element("fault").textContent = "";
  for (const button of buttons) button.disabled = true;
  try {
    await work();
  } catch (error) {
    element("fault").textContent = error.message;
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

begin().catch((error) => end("Something went wrong", error.message));
