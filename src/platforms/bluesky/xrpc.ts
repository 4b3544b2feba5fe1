/** Questions to servers of the AT Protocol (https://atproto.com/specs/xrpc), and what their refusals mean. */
import { z } from "zod";
import type { Clock } from "../../infra/clock.ts";
import type { OutboundHttp, OutboundRequest } from "../../infra/outbound-http.ts";
import type { Secret } from "../../infra/secret.ts";
import { type AskOutcome, askPlatform, believedMoment, quotation, retryAfterOf } from "../ask-platform.ts";
import type { Credentials, ProbeOutcome } from "../connection.ts";
import type { Refusal } from "../publication.ts";

/** What the adapter is built from. */
export interface BlueskySetup {
  readonly http: OutboundHttp;
  readonly clock: Clock;
  /** Of accounts that name no server; the operator's word, without a trailing slash. */
  readonly defaultServer: string;
  /** Where public numbers are read, without a trailing slash. */
  readonly appView: string;
}

/** One question. */
export interface XrpcCall {
  /** The server's origin. */
  readonly server: string;
  /** The method's name (NSID). */
  readonly method: string;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly token?: Secret | undefined;
  /** A procedure: sent with POST. JSON unless it is bytes. */
  readonly input?: { readonly json: unknown } | { readonly bytes: Buffer; readonly mime: string };
  readonly post?: true;
  readonly signal: AbortSignal;
  readonly deadlineMs?: number;
}

/** A question as the outbound client takes it. Only addresses of the operator's may be private. */
export function xrpcRequest({ defaultServer, appView }: BlueskySetup, call: XrpcCall): OutboundRequest {
  const { server, method, query = {}, token, input, signal } = call;
  const search = new URLSearchParams();
  for (const [name, values] of Object.entries(query)) for (const value of [values].flat()) search.append(name, value);
  const text = search.toString();
  const trusted = [defaultServer, appView].map((url) => new URL(url).origin).find((origin) => origin === server);
  return {
    url: `${server}/xrpc/${method}${text === "" ? "" : `?${text}`}`,
    method: input === undefined && call.post !== true ? "GET" : "POST",
    headers: {
      accept: "application/json",
      ...(token !== undefined && { authorization: `Bearer ${token.reveal()}` }),
      ...(input !== undefined && { "content-type": "json" in input ? "application/json" : input.mime }),
    },
    ...(input !== undefined && { body: "json" in input ? JSON.stringify(input.json) : input.bytes }),
    ...(trusted !== undefined && { trustedOrigin: trusted }),
    ...(call.deadlineMs !== undefined && { deadlineMs: call.deadlineMs }),
    signal,
  };
}

/** Asks once. For everything but the call that makes a post public. */
export function askXrpc(setup: BlueskySetup, call: XrpcCall): Promise<AskOutcome> {
  return askPlatform(setup.http, xrpcRequest(setup, call));
}

const errorBody = z.object({ error: z.string(), message: z.string().catch("") });

/** An answer of a server. */
export type XrpcAnswer = Omit<Extract<AskOutcome, { kind: "answered" }>, "kind">;

/** The name of an answer's error; empty where it has none, as from a proxy in front. */
export const errorNameOf = (answer: Pick<XrpcAnswer, "json">): string =>
  errorBody.safeParse(answer.json).data?.error ?? "";

/** The account itself is closed, for now or for good. */
const closedAccount = new Set([
  "AccountTakedown",
  "AccountDeactivated",
  "AccountSuspended",
  "AccountNotFound",
  "RepoTakendown",
]);
const deadToken = new Set(["InvalidToken", "AuthMissing", "AuthenticationRequired", "BadJwt", "InvalidJwt"]);

/**
 * What an answer refuses, by its structured error; null where it refuses nothing for certain (R-3). An access token that has
 * run out is no reason to ask a person: it is renewed by itself.
 */
export function refusalOf(
  { status, headers, json }: XrpcAnswer,
  now: Date,
  credentials: Credentials = {},
): Refusal | null {
  if (status === 429) {
    const message = "Bluesky takes no more requests of this account for the moment.";
    return { kind: "rate-limited", retryAt: retryAfterOf(headers, now) ?? resetOf(headers, now), message };
  }
  const body = errorBody.safeParse(json).data;
  if (body === undefined || status < 400 || status >= 500) return null;
  const { error } = body;
  const says = quotation(body.message, credentials);
  if (error === "ExpiredToken") {
    return { kind: "unavailable", message: "The session at Bluesky has run out and is being renewed." };
  }
  if (closedAccount.has(error)) {
    return {
      kind: "unauthorized",
      message: `The account is closed at its server.${says} Ask there, then connect it again.`,
    };
  }
  if (status === 401 || deadToken.has(error)) {
    return {
      kind: "unauthorized",
      message: `Bluesky no longer accepts the session.${says} Connect the account again.`,
    };
  }
  return {
    kind: "refused",
    code: codeOf(error),
    message: `Bluesky refused it.${says || ` Its reason: ${codeOf(error)}.`}`,
  };
}

/** `InvalidRequest` → `INVALID_REQUEST`. */
function codeOf(error: string): string {
  const words = error.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").replaceAll(/[^A-Za-z0-9]+/g, "_");
  return /^[A-Z][A-Z0-9_]{0,63}$/.exec(words.toUpperCase())?.[0] ?? "REFUSED";
}

/** `RateLimit-Reset`: seconds since 1970. */
function resetOf(headers: Readonly<Record<string, string>>, now: Date): Date | null {
  const text = headers["ratelimit-reset"] ?? "";
  return /^\d{9,11}$/.test(text) ? believedMoment(Number(text) * 1_000, now) : null;
}

/** What an answer means that is neither what was asked for nor a refusal. */
export const trouble = (answer: AskOutcome): { readonly kind: "unavailable"; readonly message: string } => ({
  kind: "unavailable",
  message:
    answer.kind === "unanswered"
      ? answer.message
      : `The server answered ${answer.status} and nothing usable. Try again later.`,
});

/** Asks the default server what it is. Accounts on other servers may be fine while it is not. */
export async function probe(setup: BlueskySetup, signal: AbortSignal): Promise<ProbeOutcome> {
  const { defaultServer: server } = setup;
  const answer = await askXrpc(setup, { server, method: "com.atproto.server.describeServer", signal });
  if (
    answer.kind === "answered" &&
    answer.status === 200 &&
    z.object({ did: z.string() }).safeParse(answer.json).success
  ) {
    return { kind: "fine", message: `${server} answers. It knows no app: each account brings an app password.` };
  }
  if (answer.kind === "answered" && answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
    return { kind: "refused", message: `${server} is no server of the AT Protocol. Correct BLUESKY_SERVER.` };
  }
  return trouble(answer);
}
