/** The page of an invitation, in the browser. It keeps nothing: secret and sign-in live as long as the page. */

const element = (id) => document.getElementById(id);

const roles = {
  OWNER: "an owner",
  EDITOR: "an editor",
  REVIEWER: "a reviewer",
  VIEWER: "a viewer",
};

/** Asks the API. Answers the data of the one field; throws with words for a person. */
async function ask(query, variables, accessToken) {
  const headers = { "content-type": "application/json", accept: "application/graphql-response+json" };
  if (accessToken !== undefined) headers.authorization = `Bearer ${accessToken}`;
  const answer = await fetch("../graphql", { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await answer.json();
  if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join(" "));
  const [found] = Object.values(data);
  if (found?.code !== undefined) throw new Error(found.message);
  return found;
}

const operations = {
  preview: `query ($token: String!) { invitation(token: $token) { workspaceName inviterName role maskedEmail expiresAt } }`,
  "sign-in": `mutation ($input: LoginInput!) {
    login(input: $input) { ... on LoginSuccess { accessToken refreshToken } ... on Error { code message } } }`,
  register: `mutation ($input: RegisterInput!) {
    register(input: $input) { ... on RegisterSuccess { accessToken refreshToken } ... on Error { code message } } }`,
  accept: `mutation ($input: AcceptInvitationInput!) {
    acceptInvitation(input: $input) { ... on AcceptInvitationSuccess { workspace { name } } ... on Error { code message } } }`,
  logout: `mutation ($input: LogoutInput!) { logout(input: $input) { __typename } }`,
};

const forms = ["sign-in", "register"];

function show(title, story) {
  element("title").textContent = title;
  element("story").textContent = story;
}

function showForms(shown) {
  for (const id of forms) element(id).hidden = !shown;
}

/** Runs what a form asks for, once at a time, and shows what goes wrong. */
async function submit(form, work) {
  const button = form.querySelector("button");
  element("fault").textContent = "";
  button.disabled = true;
  try {
    await work(Object.fromEntries(new FormData(form)));
  } catch (error) {
    element("fault").textContent = error.message;
  } finally {
    button.disabled = false;
  }
}

async function accept(token, { accessToken, refreshToken }) {
  const { workspace } = await ask(operations.accept, { input: { token } }, accessToken);
  // The sign-in was for this one thing, and nobody will look for it among their sessions.
  await ask(operations.logout, { input: { refreshToken } }, accessToken);
  showForms(false);
  show(
    "Welcome",
    `You are a member of “${workspace.name}” now. You can close this page and sign in wherever you use Atelier.`,
  );
}

async function begin() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
  // Out of the address, and so out of the history, of screenshots and of what is copied from the address bar.
  history.replaceState(null, "", location.pathname);
  const invitation = token === "" ? null : await ask(operations.preview, { token });
  if (invitation === null) {
    show("This invitation is not valid", "It was accepted, has run out, or was taken back. Ask for a new one.");
    return;
  }
  const { workspaceName, inviterName, role, maskedEmail, expiresAt } = invitation;
  const until = new Date(expiresAt).toLocaleDateString(undefined, { dateStyle: "long" });
  show(
    `${inviterName ?? "Somebody"} invites you to “${workspaceName}”`,
    `You would be ${roles[role]}. The invitation is for ${maskedEmail} and can be accepted until ${until}.`,
  );
  showForms(true);
  // A wrong address costs one more try, not a second account or another sign-in.
  const signedIn = new Map();
  for (const id of forms) {
    const form = element(id);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void submit(form, async (input) => {
        const session = signedIn.get(input.email) ?? (await ask(operations[id], { input }));
        signedIn.set(input.email, session);
        await accept(token, session);
      });
    });
  }
}

begin().catch((error) => show("Something went wrong", error.message));
