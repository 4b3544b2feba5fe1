/**
 * Connecting: OAuth 2.0 with PKCE (https://docs.x.com/resources/fundamentals/authentication/oauth-2-0). A code lives thirty
 * seconds, access two hours, and a refresh token counts once: whoever shows a used one loses the account.
 */
import { z } from "zod";
import { addMilliseconds } from "../../infra/clock.ts";
import { Secret } from "../../infra/secret.ts";
import { type AskOutcome, askPlatform, quotation, revocationOf } from "../ask-platform.ts";
import type {
  AccountSession,
  AuthorisationAnswer,
  AuthorisationOutcome,
  AuthorisationRequest,
  ConnectionOutcome,
  Credentials,
  RefreshOutcome,
  RevokeOutcome,
} from "../connection.ts";
import { readAccount } from "./account.ts";
import { resetOf } from "./limits.ts";
import type { X } from "./setup.ts";

/** What is asked for, all of it: who it is, reading own posts back, posting, uploading, and access that can be renewed. */
export const wantedScopes = ["tweet.read", "tweet.write", "users.read", "media.write", "offline.access"] as const;

const tokenShape = z.object({
  ...{ access_token: z.string().min(1), expires_in: z.number().positive() },
  ...{ refresh_token: z.string().min(1).optional(), scope: z.string().optional() },
});
const oauthError = z.object({ error: z.string(), error_description: z.string().catch("") });

const refused = (code: string, message: string) => ({ kind: "refused" as const, field: null, code, message });

const wrongApp =
  "X does not accept this server's app. Its operator must check X_CLIENT_ID, X_CLIENT_SECRET and the app's callback address.";

/** Where the browser signs in. */
export function authorise({ loginUrl, clientId }: X, request: AuthorisationRequest): AuthorisationOutcome {
  const url = new URL(`${loginUrl}/i/oauth2/authorize`);
  const fields = {
    ...{ response_type: "code", client_id: clientId, redirect_uri: request.redirectUri },
    ...{ scope: wantedScopes.join(" "), state: request.state },
    ...{ code_challenge: request.codeChallenge, code_challenge_method: "S256" },
  };
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  return { kind: "started", url: url.href, pending: {} };
}

/** The browser is back: the code is exchanged, and the account asked who it is. */
export async function completeAuthorisation(
  x: X,
  { method, query, redirectUri, codeVerifier }: AuthorisationAnswer,
  signal: AbortSignal,
): Promise<ConnectionOutcome> {
  const { code, error } = query;
  if (code === undefined || code === "") {
    return error === "access_denied"
      ? refused("DENIED", "Access was not granted at X. Connect again to try once more.")
      : refused(
          "NOT_FINISHED",
          `X did not finish the sign-in. Start again.${quotation(query["error_description"] ?? "")}`,
        );
  }
  const form = {
    grant_type: "authorization_code",
    code,
    redirect_uri: redirectUri,
    code_verifier: codeVerifier.reveal(),
  };
  const answer = await askOAuth(x, "token", form, signal);
  if (answer.kind === "unanswered") return { kind: "unavailable", message: answer.message };
  const token = answer.status === 200 ? tokenShape.safeParse(answer.json).data : undefined;
  if (token === undefined) return notExchanged(answer);
  const scopes = (token.scope ?? "").split(" ").filter((scope) => scope !== "");
  const missing = wantedScopes.filter((scope) => !scopes.includes(scope));
  if (missing.length > 0 || token.refresh_token === undefined) {
    const message = `X did not grant these permissions: ${(missing.length > 0 ? missing : ["offline.access"]).join(", ")}. Connect again and allow them all.`;
    return refused("MISSING_SCOPES", message);
  }
  const { credentials, expiresAt } = grantOf(x, token, {});
  const found = await readAccount(x, { credentials, method }, signal);
  if (found.kind === "alive")
    return { kind: "connected", accounts: [{ account: found.account, credentials, expiresAt, scopes }] };
  return found.kind === "unauthorized"
    ? refused("REFUSED", found.message)
    : { kind: "unavailable", message: found.message };
}

function notExchanged(answer: Extract<AskOutcome, { kind: "answered" }>): ConnectionOutcome {
  const problem = oauthError.safeParse(answer.json).data;
  if (problem === undefined || answer.status === 429 || answer.status >= 500) {
    return {
      kind: "unavailable",
      message: `X answered ${answer.status} and nothing usable. Connect again in a moment.`,
    };
  }
  if (isAppsFault(answer.status, problem.error)) return refused("APP_REFUSED", wrongApp);
  return refused("NOT_FINISHED", "X did not accept the sign-in, or it took too long. Start again.");
}

const isAppsFault = (status: number, error: string): boolean =>
  status === 401 || error === "unauthorized_client" || error === "invalid_client";

/** Exchanges the refresh token for a new pair. The old one is dead from then on, so what comes back must be stored before use. */
export async function refresh(x: X, { credentials }: AccountSession, signal: AbortSignal): Promise<RefreshOutcome> {
  const form = { grant_type: "refresh_token", refresh_token: credentials["refreshToken"]?.reveal() ?? "" };
  const answer = await askOAuth(x, "token", form, signal);
  if (answer.kind === "unanswered") return { kind: "unavailable", message: answer.message };
  const token = answer.status === 200 ? tokenShape.safeParse(answer.json).data : undefined;
  if (token !== undefined) return { kind: "renewed", ...grantOf(x, token, credentials) };
  if (answer.status === 429) {
    const retryAt = resetOf(answer.headers, x.clock.now());
    return { kind: "rate-limited", retryAt, message: "X renews no more access for the moment." };
  }
  const problem = oauthError.safeParse(answer.json).data;
  if (problem !== undefined && isAppsFault(answer.status, problem.error))
    return { kind: "unavailable", message: wrongApp };
  if (problem !== undefined && answer.status === 400) {
    const says = quotation(problem.error_description, credentials);
    return {
      kind: "unauthorized",
      message: `X no longer renews the access to this account.${says} Connect the account again.`,
    };
  }
  return {
    kind: "unavailable",
    message: `X answered ${answer.status} and nothing usable when access was to be renewed.`,
  };
}

/** Ends access: both tokens, since X does not promise that ending one ends the other. */
export async function revoke(x: X, { credentials }: AccountSession, signal: AbortSignal): Promise<RevokeOutcome> {
  const outcomes: RevokeOutcome[] = [];
  for (const name of ["refreshToken", "accessToken"]) {
    const token = credentials[name]?.reveal();
    if (token !== undefined) outcomes.push(revocationOf(await askOAuth(x, "revoke", { token }, signal)));
  }
  return outcomes.find(({ kind }) => kind === "failed") ?? { kind: "ended" };
}

function grantOf({ clock }: X, token: z.output<typeof tokenShape>, known: Credentials) {
  const refreshToken = token.refresh_token === undefined ? known["refreshToken"] : new Secret(token.refresh_token);
  return {
    credentials: { accessToken: new Secret(token.access_token), ...(refreshToken !== undefined && { refreshToken }) },
    expiresAt: addMilliseconds(clock.now(), token.expires_in * 1_000),
  };
}

/** A confidential client proves itself by its secret, a public one only names itself. */
function askOAuth(
  { http, apiUrl, clientId, clientSecret }: X,
  what: "token" | "revoke",
  form: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<AskOutcome> {
  const proof =
    clientSecret === null
      ? null
      : Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret.reveal())}`).toString("base64");
  return askPlatform(http, {
    ...{ url: `${apiUrl}/2/oauth2/${what}`, trustedOrigin: new URL(apiUrl).origin, method: "POST", signal },
    headers: {
      ...{ accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
      ...(proof !== null && { authorization: `Basic ${proof}` }),
    },
    body: new URLSearchParams({ ...form, ...(proof === null && { client_id: clientId }) }).toString(),
  });
}
