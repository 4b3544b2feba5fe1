/** Calls to X's API v2 (https://docs.x.com/x-api): to the configured address and nowhere else. */
import type { OutboundRequest } from "../../infra/outbound-http.ts";
import { type AskOutcome, askPlatform, type PlatformAnswer, quotation, readJson } from "../ask-platform.ts";
import type { AccountSession } from "../connection.ts";
import type { Refusal } from "../publication.ts";
import { sendOnce } from "../send-once.ts";
import { heldUntil, noteLimits, noteSpent, resetOf } from "./limits.ts";
import { meaningOf, readProblem } from "./problem.ts";
import type { X } from "./setup.ts";

/** One question, in the name of an account. */
export interface XCall {
  readonly session: AccountSession;
  /** Begins with a slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent with POST. A record goes out as JSON. */
  readonly input?: FormData | Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  readonly deadlineMs?: number;
}

/** Nothing was asked, because a limit is used up. */
interface Held {
  readonly kind: "held";
  readonly retryAt: Date;
  readonly message: string;
}

/** How a question ended. */
export type XAnswer = AskOutcome | Held;

/** Asks once. For everything but the call that makes a post public. */
export async function askX(x: X, call: XCall): Promise<XAnswer> {
  const held = holdOf(x, call);
  if (held !== null) return held;
  const answer = await askPlatform(x.http, xRequest(x, call));
  if (answer.kind === "answered") noteLimits(x, countedOf(call), answer.headers);
  return answer;
}

/** Makes the one irreversible call. */
export async function sendX(
  x: X,
  call: XCall,
): Promise<
  Held | Extract<AskOutcome, { kind: "answered" }> | Exclude<Awaited<ReturnType<typeof sendOnce>>, { kind: "answered" }>
> {
  const held = holdOf(x, call);
  if (held !== null) return held;
  const sent = await sendOnce(x.http, xRequest(x, call));
  if (sent.kind !== "answered") return sent;
  noteLimits(x, countedOf(call), sent.headers);
  return { kind: "answered", status: sent.status, headers: sent.headers, json: readJson(sent.body) };
}

const countedOf = ({ session, path, input }: XCall) => ({
  ...{ path, method: input === undefined ? "GET" : "POST", account: session.account.remoteId },
});

function holdOf(x: X, call: XCall): Held | null {
  const retryAt = heldUntil(x, countedOf(call));
  if (retryAt === null) return null;
  const message = `What X takes of this account or this server is used up. It is asked again from ${retryAt.toISOString()}.`;
  return { kind: "held", retryAt, message };
}

function xRequest({ apiUrl }: X, { session, path, query = {}, input, signal, deadlineMs }: XCall): OutboundRequest {
  const url = new URL(`${apiUrl}${path}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const json = input !== undefined && !(input instanceof FormData);
  return {
    ...{ url: url.href, trustedOrigin: url.origin, method: input === undefined ? "GET" : "POST", signal },
    headers: {
      ...{ accept: "application/json", authorization: `Bearer ${session.credentials["accessToken"]?.reveal() ?? ""}` },
      ...(json && { "content-type": "application/json" }),
    },
    ...(input !== undefined && { body: input instanceof FormData ? input : JSON.stringify(input) }),
    ...(deadlineMs !== undefined && { deadlineMs }),
  };
}

const again = "Connect the account again";

/** What an answer refuses; null where it refuses nothing for certain. */
export function refusalOf(x: X, answer: PlatformAnswer, { credentials }: AccountSession): Refusal | null {
  const problem = readProblem(answer);
  const says = quotation(problem?.says ?? "", credentials);
  const refused = (code: string, what: string): Refusal => ({ kind: "refused", code, message: `${what}${says}` });
  switch (problem === null ? (answer.status === 429 ? "limit" : "unknown") : meaningOf(problem)) {
    case "limit": {
      const retryAt = resetOf(answer.headers, x.clock.now());
      return { kind: "rate-limited", retryAt, message: `X takes no more of this account for the moment.${says}` };
    }
    case "spent": {
      const what =
        "The credits or the monthly share of this server's app at X are used up. Its operator finds more in X's console.";
      return { kind: "rate-limited", retryAt: noteSpent(x), message: `${what}${says}` };
    }
    case "access":
      return { kind: "unauthorized", message: `X no longer accepts the access to this account.${says} ${again}.` };
    case "app":
      return refused(
        "APP_NOT_ALLOWED",
        "X does not allow it to this server's app. Its operator finds more in X's console.",
      );
    case "account":
      return refused("ACCOUNT_HELD_BACK", "X holds this account back. Sign in at X to see why.");
    case "forbidden":
      return refused("NOT_PERMITTED", "X does not permit this post.");
    case "duplicate":
      return refused("DUPLICATE_CONTENT", "The account posted the same text a short while ago. Change the text.");
    case "media":
      return refused("MEDIA_GONE", "X does not have a picture of the post.");
    case "missing":
      return refused("NOT_FOUND", "X does not have what the post needs.");
    case "content":
      return refused("INVALID_CONTENT", "X refused the post.");
    case "unknown":
      return null;
  }
}

/** What an answer means that is neither what was asked for nor a refusal of the content. Nothing was made public by it. */
export function trouble(x: X, answer: XAnswer, session: AccountSession): Exclude<Refusal, { kind: "refused" }> {
  if (answer.kind === "held") return { kind: "rate-limited", retryAt: answer.retryAt, message: answer.message };
  if (answer.kind === "unanswered") return { kind: "unavailable", message: answer.message };
  const refusal = refusalOf(x, answer, session);
  if (refusal !== null && refusal.kind !== "refused") return refusal;
  const says = refusal === null ? "" : ` ${refusal.message}`;
  return {
    kind: "unavailable",
    message: `X answered ${answer.status} and nothing usable.${says === "" ? " Try again later." : says}`,
  };
}
