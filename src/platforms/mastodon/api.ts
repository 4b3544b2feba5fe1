/** Questions to a Mastodon server (https://docs.joinmastodon.org/api/), and what its refusals mean. */
import { z } from "zod";
import type { Clock } from "../../infra/clock.ts";
import type { OutboundHttp, OutboundRequest } from "../../infra/outbound-http.ts";
import type { Secret } from "../../infra/secret.ts";
import { type AskOutcome, askPlatform, believedMoment, quotation, retryAfterOf } from "../ask-platform.ts";
import type { Credentials } from "../connection.ts";
import type { RemoteApps } from "../platform.ts";
import type { Refusal } from "../publication.ts";

/** What the adapter is built from. */
export interface MastodonSetup {
  readonly http: OutboundHttp;
  readonly clock: Clock;
  readonly apps: RemoteApps;
  /** This installation's address, shown where people allow it in. */
  readonly publicUrl: string;
}

/** One question. */
export interface MastodonCall {
  /** The server's origin. Typed by people, so it always passes the outbound guard. */
  readonly server: string;
  /** Begins with a slash. */
  readonly path: string;
  readonly token?: Secret | undefined;
  readonly query?: readonly (readonly [string, string])[];
  /** Sent with POST. A record goes out as JSON. */
  readonly input?: FormData | Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly deadlineMs?: number;
}

/** A question as the outbound client takes it. */
export function mastodonRequest(call: MastodonCall): OutboundRequest {
  const { server, path, token, query = [], input, signal, headers = {}, deadlineMs } = call;
  const search = new URLSearchParams(query.map(([name, value]): [string, string] => [name, value])).toString();
  const json = input !== undefined && !(input instanceof FormData);
  return {
    url: `${server}${path}${search === "" ? "" : `?${search}`}`,
    method: input === undefined ? "GET" : "POST",
    headers: {
      ...{ accept: "application/json", ...headers },
      ...(token !== undefined && { authorization: `Bearer ${token.reveal()}` }),
      ...(json && { "content-type": "application/json" }),
    },
    ...(input !== undefined && { body: input instanceof FormData ? input : JSON.stringify(input) }),
    ...(deadlineMs !== undefined && { deadlineMs }),
    signal,
  };
}

/** Asks once. For everything but the call that makes a post public. */
export function askMastodon({ http }: MastodonSetup, call: MastodonCall): Promise<AskOutcome> {
  return askPlatform(http, mastodonRequest(call));
}

/** An answer of a server. */
export type MastodonAnswer = Omit<Extract<AskOutcome, { kind: "answered" }>, "kind">;

const errorBody = z.object({ error: z.string() });

/**
 * What an answer refuses; null where it refuses nothing for certain (R-3). Servers name their reasons only in words of their own
 * language, so that the status alone decides.
 */
export function refusalOf(
  { status, headers, json }: MastodonAnswer,
  now: Date,
  credentials: Credentials,
): Refusal | null {
  if (status === 429) {
    const retryAt = retryAfterOf(headers, now) ?? resetOf(headers, now);
    return {
      kind: "rate-limited",
      retryAt,
      message: "The server takes no more requests of this account for the moment.",
    };
  }
  const body = errorBody.safeParse(json).data;
  if (body === undefined) return null;
  const says = quotation(body.error, credentials);
  switch (status) {
    case 401:
      return {
        kind: "unauthorized",
        message: `The server no longer accepts the access.${says} Connect the account again.`,
      };
    case 403:
      return {
        kind: "unauthorized",
        message: `The server does not allow it.${says} Connect the account again, with all permissions.`,
      };
    case 400:
    case 404:
    case 413:
    case 422:
      return { kind: "refused", code: refusalCodes[status], message: `The server refused it.${says}` };
    default:
      return null;
  }
}

const refusalCodes = { 400: "INVALID_REQUEST", 404: "NOT_FOUND", 413: "TOO_LARGE", 422: "INVALID_CONTENT" } as const;

/** `X-RateLimit-Reset`: a moment as ISO 8601, not seconds. */
function resetOf(headers: Readonly<Record<string, string>>, now: Date): Date | null {
  const text = headers["x-ratelimit-reset"] ?? "";
  return /^\d{4}-\d\d-\d\dT/.test(text) ? believedMoment(Date.parse(text), now) : null;
}

/** What an answer means that is neither what was asked for nor a refusal. */
export const trouble = (answer: AskOutcome): { readonly kind: "unavailable"; readonly message: string } => ({
  kind: "unavailable",
  message:
    answer.kind === "unanswered"
      ? answer.message
      : `The server answered ${answer.status} and nothing usable. Try again later.`,
});
