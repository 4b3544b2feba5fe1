import { accountAnswerSchema, type SignedIn } from "./wire.ts";

const SELECTION = `
  __typename
  ... on Error { code message }
  ... on ValidationError { issues { path code message } }`;

const SIGNED_IN = "accessToken expiresAt refreshToken user { id displayName email }";

const LOGIN = `mutation ($input: LoginInput!) {
  answer: login(input: $input) { ... on LoginSuccess { ${SIGNED_IN} } ${SELECTION} }
}`;

const REGISTER = `mutation ($input: RegisterInput!) {
  answer: register(input: $input) { ... on RegisterSuccess { ${SIGNED_IN} } ${SELECTION} }
}`;

const REFRESH = `mutation ($input: RefreshTokenInput!) {
  answer: refreshToken(input: $input) { ... on RefreshTokenSuccess { ${SIGNED_IN} } ${SELECTION} }
}`;

const LOGOUT = `mutation ($input: LogoutInput!) {
  answer: logout(input: $input) { ... on LogoutSuccess { sessionId } ${SELECTION} }
}`;

/** Browsers keep the server's cookie where the page came over https or from this machine; elsewhere the tab keeps the token. */
const refreshTokenIn = isSecureContext ? "COOKIE" : "BODY";

/** What a person types to sign in; `displayName` only when they create an account. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly displayName?: string;
}

/** Signs in with the API's own `login` mutation. Rejects with an error whose message can be shown as it is. */
export function login({ email, password }: Credentials): Promise<SignedIn> {
  return signIn(LOGIN, { email, password, refreshTokenIn });
}

/** Creates an account with the API's own `register` mutation, and is signed in with it. Rejects like {@link login}. */
export function register({ email, password, displayName = "" }: Credentials): Promise<SignedIn> {
  return signIn(REGISTER, { email, password, displayName, refreshTokenIn });
}

/** Goes on with a sign-in. Undefined when the server ended it, or when its cookie is somebody else's by now. */
export async function renew({ refreshToken, user }: SignedIn): Promise<SignedIn | undefined> {
  const answer = await ask(REFRESH, { refreshToken });
  if ("accessToken" in answer) return answer.user.id === user.id ? answer : undefined;
  if ("code" in answer && answer.code === "INVALID_REFRESH_TOKEN") return undefined;
  throw new Error("message" in answer ? explain(answer) : "The server's answer is none to a renewal.");
}

/** Ends a sign-in on the server. An access token that has run out would be refused: then the refresh token speaks alone. */
export async function logout({ accessToken, expiresAt, refreshToken }: SignedIn): Promise<void> {
  const runs = Date.parse(expiresAt) > Date.now();
  await ask(LOGOUT, { refreshToken }, runs ? { authorization: `Bearer ${accessToken}` } : {});
}

async function signIn(query: string, input: object): Promise<SignedIn> {
  const answer = await ask(query, input);
  if ("accessToken" in answer) return answer;
  throw new Error("message" in answer ? explain(answer) : "The server's answer is none to a sign-in.");
}

async function ask(query: string, input: object, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", ...headers },
    body: JSON.stringify({ query, variables: { input } }),
  }).catch(() => {
    throw new Error("The server cannot be reached. Is it running, and are you online?");
  });
  const parsed = accountAnswerSchema.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) {
    throw new Error(`The server answered ${response.status} in a form that the explorer does not know.`);
  }
  const { data, errors } = parsed.data;
  if (data) return data.answer;
  throw new Error(errors?.map((error) => error.message).join(" ") || `The server answered ${response.status}.`);
}

function explain({ message, issues }: { message: string; issues?: { message: string }[] | undefined }): string {
  if (issues === undefined || issues.length === 0) return message;
  return issues.map((issue) => issue.message).join(" ");
}
