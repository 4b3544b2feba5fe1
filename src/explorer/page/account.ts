import { accountAnswerSchema, type SignedIn } from "./wire.ts";

const SELECTION = `
  __typename
  ... on Error { code message }
  ... on ValidationError { issues { path code message } }`;

const SIGNED_IN = "accessToken expiresAt user { id displayName email }";

const LOGIN = `mutation ($input: LoginInput!) {
  answer: login(input: $input) { ... on LoginSuccess { ${SIGNED_IN} } ${SELECTION} }
}`;

const REGISTER = `mutation ($input: RegisterInput!) {
  answer: register(input: $input) { ... on RegisterSuccess { ${SIGNED_IN} } ${SELECTION} }
}`;

/** What a person types to sign in; `displayName` only when they create an account. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly displayName?: string;
}

/** Signs in with the API's own `login` mutation. Rejects with an error whose message can be shown as it is. */
export function login({ email, password }: Credentials): Promise<SignedIn> {
  return ask(LOGIN, { email, password });
}

/** Creates an account with the API's own `register` mutation, and is signed in with it. Rejects like {@link login}. */
export function register({ email, password, displayName = "" }: Credentials): Promise<SignedIn> {
  return ask(REGISTER, { email, password, displayName });
}

async function ask(query: string, input: Credentials): Promise<SignedIn> {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ query, variables: { input } }),
  }).catch(() => {
    throw new Error("The server cannot be reached. Is it running, and are you online?");
  });
  const parsed = accountAnswerSchema.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) {
    throw new Error(`The server answered ${response.status} in a form that the explorer does not know.`);
  }
  const { data, errors } = parsed.data;
  if (data) {
    if ("accessToken" in data.answer) return data.answer;
    throw new Error(explain(data.answer));
  }
  throw new Error(errors?.map((error) => error.message).join(" ") || `The server answered ${response.status}.`);
}

function explain({ message, issues }: { message: string; issues?: { message: string }[] | undefined }): string {
  if (issues === undefined || issues.length === 0) return message;
  return issues.map((issue) => issue.message).join(" ");
}
