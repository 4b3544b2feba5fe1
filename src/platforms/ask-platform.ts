/** Plain questions to a platform's API: everything but the one irreversible call, which is `sendOnce`. */
import type { OutboundHttp, OutboundRequest } from "../infra/outbound-http.ts";
import type { Credentials, RevokeOutcome } from "./connection.ts";

/** An answer of any status; `json` is undefined where the body is none, as from a proxy in front. */
export interface PlatformAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly json: unknown;
}

/** How a question ended. `unanswered` carries a sentence for people. */
export type AskOutcome =
  | ({ readonly kind: "answered" } & PlatformAnswer)
  | { readonly kind: "unanswered"; readonly message: string };

/** Asks once, within 15 seconds unless the request says otherwise. Redirects are not followed: tokens go nowhere else. */
export async function askPlatform(http: OutboundHttp, request: OutboundRequest): Promise<AskOutcome> {
  const result = await http.request({ deadlineMs: 15_000, maxBytes: 2 * 1024 * 1024, ...request });
  if (!result.ok) return { kind: "unanswered", message: result.message };
  return { kind: "answered", status: result.status, headers: result.headers, json: readJson(result.body) };
}

/** What an answer says to a request to end access. */
export function revocationOf(answer: AskOutcome): RevokeOutcome {
  if (answer.kind === "unanswered") return { kind: "failed", message: answer.message };
  if (answer.status >= 200 && answer.status < 300) return { kind: "ended" };
  return { kind: "failed", message: `The answer was ${answer.status}.` };
}

/** Parses JSON; undefined when it is none. */
export function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch {
    // Not JSON: an expected answer, which the caller tells in words.
    return undefined;
  }
}

/** Longest wait that is believed, in milliseconds: a day. */
const longestWait = 24 * 60 * 60_000;

/** A moment that a platform names for coming back, within the next day; null when it is no moment. */
export function believedMoment(milliseconds: number, now: Date): Date | null {
  if (!Number.isFinite(milliseconds)) return null;
  return new Date(Math.min(Math.max(milliseconds, now.getTime()), now.getTime() + longestWait));
}

/** When to come back by `Retry-After`, as seconds or as a date (RFC 9110 §10.2.3); null when it does not say. */
export function retryAfterOf(headers: Readonly<Record<string, string>>, now: Date): Date | null {
  const text = headers["retry-after"]?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(text)) return believedMoment(now.getTime() + Number(text) * 1_000, now);
  return /^[A-Z][a-z]{2},? /.test(text) ? believedMoment(Date.parse(text), now) : null;
}

/** Longest text of a platform that is repeated, in characters. */
const maxText = 300;

/** Tokens are long words; no sentence has one of forty characters. */
const longWord = /[\w|-]{40,}/g;

/**
 * What a platform said, as a sentence to append: without secrets and whatever looks like one, on one line, shortened. Empty
 * where it said nothing.
 */
export function quotation(text: string, credentials: Credentials = {}): string {
  const secrets = Object.values(credentials)
    .map((secret) => secret.reveal())
    .filter((secret) => secret.length > 3);
  const clean = secrets.reduce((rest, secret) => rest.replaceAll(secret, "•••"), text);
  const line = [
    ...clean
      .replaceAll(longWord, "•••")
      .replaceAll(/[\s\p{C}]+/gu, " ")
      .trim(),
  ];
  if (line.length === 0) return "";
  return ` It says: “${line.length > maxText ? `${line.slice(0, maxText).join("")}…` : line.join("")}”`;
}
