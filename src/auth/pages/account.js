/**
 * What the pages below /account do, with the API's own mutations. The secret of a mailed link stands in the address behind `#`,
 * which browsers send to nobody; it is taken out at once, so that it stays in no history and on no screen.
 */
const status = document.querySelector("[role=status]");
const token = new URLSearchParams(location.hash.slice(1)).get("token");
history.replaceState(null, "", location.pathname);
// Another link, opened in the tab that shows this page, changes only what stands behind `#`.
addEventListener("hashchange", () => location.reload());

const outcome = "... on Error { code message } ... on ValidationError { issues { message } }";
const operations = {
  resetPassword: `mutation ($input: ResetPasswordInput!) {
    answer: resetPassword(input: $input) { ... on ResetPasswordSuccess { ended } ${outcome} } }`,
  requestPasswordReset: `mutation ($input: RequestPasswordResetInput!) {
    answer: requestPasswordReset(input: $input) { ... on RequestPasswordResetSuccess { said: message } ${outcome} } }`,
  verifyEmail: `mutation ($input: VerifyEmailInput!) {
    answer: verifyEmail(input: $input) { ... on VerifyEmailSuccess { email } ${outcome} } }`,
  requestEmailVerification: `mutation ($input: RequestEmailVerificationInput!) {
    answer: requestEmailVerification(input: $input) { ... on RequestEmailVerificationSuccess { said: message } ${outcome} } }`,
};

/** Tells how it goes: `good`, `bad`, or nothing yet. */
function tell(text, kind = "") {
  status.textContent = text;
  status.dataset.kind = kind;
}

/** Runs one mutation. Answers its success; throws an error with words for the person, and a code where there is one. */
async function ask(name, input) {
  const response = await fetch("../graphql", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ query: operations[name], variables: { input } }),
    credentials: "omit",
  }).catch(() => {
    throw new Error("The server cannot be reached. Are you online? Try again in a moment.");
  });
  const { data, errors } = await response.json();
  const answer = data?.answer;
  if (answer && !answer.code) return answer;
  const issues = answer?.issues?.map((issue) => issue.message).join(" ");
  const text = issues || answer?.message || errors?.map((error) => error.message).join(" ");
  throw Object.assign(new Error(text || "Something went wrong. Try again in a moment."), { code: answer?.code });
}

/** Does the work of a form, once at a time, and tells what came of it. */
function onSubmit(form, work) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    tell("One moment…");
    try {
      tell(await work(), "good");
      form.hidden = true;
    } catch (error) {
      tell(error.message, "bad");
      if (error.code === "INVALID_LINK") offerFreshLink();
    } finally {
      button.disabled = false;
    }
  });
}

const value = (id) => document.getElementById(id).value;

/** Shows the form that asks for another link. */
function offerFreshLink() {
  const name = document.body.dataset.page === "verify-email" ? "requestEmailVerification" : "requestPasswordReset";
  const reset = document.getElementById("reset");
  if (reset !== null) reset.hidden = true;
  onSubmit(document.getElementById("request"), async () => (await ask(name, { email: value("email") })).said);
}

async function resetPassword() {
  if (value("password") !== value("again")) throw new Error("The two passwords differ. Type the same one twice.");
  const { ended } = await ask("resetPassword", { token, newPassword: value("password") });
  const sessions = ended === 1 ? "1 session was ended." : `${ended} sessions were ended.`;
  return `Your new password counts. ${sessions} Sign in with it where you like; you may close this page.`;
}

async function verifyEmail() {
  tell("One moment…");
  try {
    const { email } = await ask("verifyEmail", { token });
    tell(`${email} is confirmed. You may close this page.`, "good");
  } catch (error) {
    tell(error.message, "bad");
    if (error.code === "INVALID_LINK") offerFreshLink();
  }
}

if (token === null) offerFreshLink();
else if (document.body.dataset.page === "verify-email") await verifyEmail();
else onSubmit(document.getElementById("reset"), resetPassword);
