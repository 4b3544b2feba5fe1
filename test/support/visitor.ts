/** Somebody at a place of their own: a network address, a device, and a browser's cookies. */
import type { FastifyInstance, LightMyRequestResponse } from "fastify";

// oxlint-disable-next-line typescript/no-explicit-any -- an answer has the shape its query asks for, which only the test knows
type Loose = any;

export interface Place {
  readonly address?: string;
  readonly device?: string;
  /** The page that asks, as browsers name it. */
  readonly origin?: string;
}

export interface Visitor {
  readonly cookies: Map<string, string>;
  /** Sends one operation and answers the whole response. */
  send(query: string, input: unknown, token?: string): Promise<LightMyRequestResponse>;
  /** Sends one operation and answers its first field; fails on top-level errors. */
  mutate(query: string, input: unknown, token?: string): Promise<Loose>;
}

/** Makes a visitor of an app. */
export function visit(
  app: FastifyInstance,
  { address = "203.0.113.7", device = "Test/1", origin }: Place = {},
): Visitor {
  const cookies = new Map<string, string>();
  const send = async (query: string, input: unknown, token?: string): Promise<LightMyRequestResponse> => {
    const response = await app.inject({
      ...{ method: "POST", url: "/graphql", remoteAddress: address, cookies: Object.fromEntries(cookies) },
      headers: { "user-agent": device, ...(origin && { origin }), ...(token && { authorization: `Bearer ${token}` }) },
      payload: { query, variables: { input } },
    });
    for (const { name, value, expires } of response.cookies) {
      if (value === "" || (expires !== undefined && expires.getTime() === 0)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  return {
    cookies,
    send,
    mutate: async (query, input, token) => {
      const { data, errors } = (await send(query, input, token)).json();
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      return Object.values(data)[0];
    },
  };
}

const signedIn = `accessToken expiresAt refreshToken refreshExpiresAt user { id }`;
const failed =
  "... on Error { __typename code message } ... on ValidationError { issues { path code message } } ... on TooManyAttemptsError { retryAfter }";

/** The operations of signing in, each with everything that it can answer. */
export const operations = {
  register: `mutation ($input: RegisterInput!) { register(input: $input) { __typename ... on RegisterSuccess { ${signedIn} } ${failed} } }`,
  login: `mutation ($input: LoginInput!) { login(input: $input) { __typename ... on LoginSuccess { ${signedIn} } ${failed} } }`,
  refresh: `mutation ($input: RefreshTokenInput!) { refreshToken(input: $input) { __typename ... on RefreshTokenSuccess { ${signedIn} } ... on Error { code message } } }`,
  logout: `mutation ($input: LogoutInput!) { logout(input: $input) { __typename ... on LogoutSuccess { sessionId } ... on Error { code message } } }`,
  logoutEverywhere: `mutation ($input: LogoutEverywhereInput!) { logoutEverywhere(input: $input) { __typename ... on LogoutEverywhereSuccess { ended } } }`,
  revokeSession: `mutation ($input: RevokeSessionInput!) { revokeSession(input: $input) { __typename ... on RevokeSessionSuccess { session { id endedAt } } ... on Error { code message } } }`,
  changePassword: `mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { __typename ... on ChangePasswordSuccess { ended } ${failed} } }`,
  requestPasswordReset: `mutation ($input: RequestPasswordResetInput!) { requestPasswordReset(input: $input) { __typename ... on RequestPasswordResetSuccess { message } ${failed} } }`,
  resetPassword: `mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { __typename ... on ResetPasswordSuccess { ended } ${failed} } }`,
  verifyEmail: `mutation ($input: VerifyEmailInput!) { verifyEmail(input: $input) { __typename ... on VerifyEmailSuccess { email } ${failed} } }`,
  requestEmailVerification: `mutation ($input: RequestEmailVerificationInput!) { requestEmailVerification(input: $input) { __typename ... on RequestEmailVerificationSuccess { message } ${failed} } }`,
} as const;

/** The password of everybody whom `Atelier.signUp` registers. */
export const password = "correct horse battery";
