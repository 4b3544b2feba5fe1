import type { OutboundHttp, OutboundResult } from "../../infra/outbound-http.ts";
import { readRetryAfter } from "./retry-plan.ts";
import type { AttemptEnd } from "./settle-attempt.ts";

/** What a receiver has from the connection to its last byte, in milliseconds. */
const answerDeadline = 15_000;

/** Most bytes of an answer that are read, and characters of it that are kept. */
const answerLimits = { bytes: 64 * 1_024, characters: 1_000 };

/** A message, signed. */
export interface SignedMessage {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends a message once. Anything but a 2xx is a failure, a redirect as well: a signed message goes where its owner said. */
export async function sendMessage(
  { http }: { readonly http: OutboundHttp },
  { url, headers, body }: SignedMessage,
  { now, signal }: { readonly now: Date; readonly signal: AbortSignal },
): Promise<AttemptEnd> {
  const result = await http.request({
    ...{ url, method: "POST", body, signal, deadlineMs: answerDeadline, maxBytes: answerLimits.bytes },
    headers: { "content-type": "application/json", ...headers },
  });
  if (!result.ok) {
    if (result.reason === "aborted") return { kind: "STOPPED" };
    return { kind: "FAILED", httpStatus: null, answer: null, failure: result.message, retryAfter: null };
  }
  const answer = excerpt(result);
  const { status: httpStatus } = result;
  if (httpStatus >= 200 && httpStatus < 300) return { kind: "DELIVERED", httpStatus, answer };
  if (httpStatus === 410) return { kind: "GONE", answer };
  const retryAfter = readRetryAfter(result.headers["retry-after"], now);
  return { kind: "FAILED", httpStatus, answer, failure: meaning(httpStatus), retryAfter };
}

const excerpt = ({ body }: Extract<OutboundResult, { ok: true }>): string =>
  body.toString("utf8").replaceAll("\0", "").slice(0, answerLimits.characters);

const meaning = (status: number): string =>
  status >= 300 && status < 400
    ? `The receiver answered ${status}, a redirect, which is not followed. Use the address that it leads to.`
    : `The receiver answered ${status}; 200 to 299 says that it took the message.`;
