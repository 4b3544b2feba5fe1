/**
 * Facebook Login (https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow): a code for a short token,
 * that for one of about sixty days, and with that the Pages, each with a token of its own that has no end.
 */
import { z } from "zod";
import { Secret } from "../../infra/secret.ts";
import { quotation } from "../ask-platform.ts";
import type {
  AuthorisationAnswer,
  AuthorisationOutcome,
  AuthorisationRequest,
  ConnectionOutcome,
} from "../connection.ts";
import type { Graph } from "./graph.ts";
import { meaningOf } from "./graph-error.ts";
import { readTrouble, type TroubleWords } from "./refusal.ts";
import type { MetaApp } from "./settings.ts";

/** Connecting that ended without an account. */
export type ConnectionFailure = Exclude<ConnectionOutcome, { kind: "connected" }>;

/** A connection that cannot be made, which no field is to blame for. */
export const refusedConnection = (code: string, message: string): ConnectionFailure & AuthorisationOutcome => ({
  ...{ kind: "refused", field: null, code, message },
});

/** What everything here needs. */
export interface FacebookLogin {
  readonly graph: Graph;
  readonly app: MetaApp;
  readonly words: TroubleWords;
}

/** Where a browser signs in. */
export function facebookDialog(
  { app, graph, loginUrl }: Pick<FacebookLogin, "app" | "graph"> & { readonly loginUrl: string },
  { state, redirectUri }: AuthorisationRequest,
  scopes: readonly string[],
): AuthorisationOutcome {
  const url = new URL(`${loginUrl}/${graph.host.version ?? ""}/dialog/oauth`);
  const fields = {
    client_id: app.id,
    redirect_uri: redirectUri,
    response_type: "code",
    state,
    scope: scopes.join(","),
  };
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  return { kind: "started", url: url.href, pending: {} };
}

/** The code that the browser brought back, or why there is none. Instagram lets `#_` trail behind it. */
export function codeOf(label: string, { query }: AuthorisationAnswer): Secret | ConnectionFailure {
  const { code, error } = query;
  if (error !== undefined) {
    const words = error === "access_denied" ? "Access was not granted." : `${label} ended the sign-in.`;
    const says = quotation(query["error_description"] ?? query["error_message"] ?? "");
    return refusedConnection("ACCESS_DENIED", `${words} Connect again to try once more.${says}`);
  }
  if (code === undefined || code === "") {
    return refusedConnection("NO_CODE", `${label} sent no code along. Connect again to try once more.`);
  }
  return new Secret(code.replace(/#_$/, ""));
}

/** Trouble on the way to an account. */
export function connectionTrouble(
  { label, table }: TroubleWords,
  trouble: Parameters<typeof readTrouble>[0],
): ConnectionFailure {
  const read = readTrouble(trouble, { label, table });
  if (read.kind === "unauthorized" || read.kind === "missing") return refusedConnection("UNAUTHORIZED", read.message);
  // A code that was used, or is of another address, comes as a wrong parameter.
  const passing =
    trouble.kind !== "failed" ||
    trouble.error.status >= 500 ||
    trouble.error.transient ||
    meaningOf(trouble.error, table) === "again";
  if (!passing && read.kind === "unavailable") {
    const message = `${label} did not accept the sign-in. Connect again to try once more.${quotation(trouble.error.says)}`;
    return refusedConnection("SIGN_IN_REFUSED", message);
  }
  return { kind: "unavailable", message: read.message };
}

const tokenAnswer = z.object({ access_token: z.string().min(1) });
const permissions = z.object({ data: z.array(z.object({ permission: z.string(), status: z.string() })) });

/** A signed-in person, seen from the app. */
export interface FacebookUser {
  readonly kind: "user";
  readonly token: Secret;
  readonly granted: readonly string[];
}

/** Completes a sign-in. Refused when one of the `required` permissions was unticked. */
export async function completeFacebookLogin(
  login: FacebookLogin,
  answer: AuthorisationAnswer,
  required: readonly string[],
  signal: AbortSignal,
): Promise<FacebookUser | ConnectionFailure> {
  const { graph, app, words } = login;
  const code = codeOf(words.label, answer);
  if (!(code instanceof Secret)) return code;
  const client = { client_id: app.id, client_secret: app.secret };
  const short = await askToken(login, { ...client, redirect_uri: answer.redirectUri, code: code.reveal() }, signal);
  if (!(short instanceof Secret)) return short;
  const exchange = { ...client, grant_type: "fb_exchange_token", fb_exchange_token: short.reveal() };
  const token = await askToken(login, exchange, signal);
  if (!(token instanceof Secret)) return token;
  const rights = await graph.get({ path: "/me/permissions", token, account: "", signal });
  if (rights.kind !== "answered") return connectionTrouble(words, rights);
  const listed = permissions.safeParse(rights.json).data;
  if (listed === undefined) return unreadable(words.label);
  const granted = listed.data.flatMap(({ permission, status }) => (status === "granted" ? [permission] : []));
  return missingScopes(words.label, required, granted) ?? { kind: "user", token, granted };
}

/** Refuses a sign-in that lacks permissions; null when it has them all. */
export function missingScopes(
  label: string,
  required: readonly string[],
  granted: readonly string[],
): ConnectionFailure | null {
  const missing = required.filter((scope) => !granted.includes(scope));
  if (missing.length === 0) return null;
  const message = `${label} did not grant ${missing.join(", ")}. Connect again and leave all permissions ticked.`;
  return refusedConnection("MISSING_SCOPES", message);
}

/** An answer whose shape nobody knows. */
export const unreadable = (label: string): ConnectionFailure => ({
  ...{ kind: "unavailable", message: `${label} gave an answer that could not be read. Try again later.` },
});

async function askToken(
  { graph, words }: FacebookLogin,
  fields: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Secret | ConnectionFailure> {
  const answer = await graph.get({ path: "/oauth/access_token", fields, account: "", signal });
  if (answer.kind !== "answered") return connectionTrouble(words, answer);
  const token = tokenAnswer.safeParse(answer.json).data?.access_token;
  return token === undefined ? unreadable(words.label) : new Secret(token);
}
