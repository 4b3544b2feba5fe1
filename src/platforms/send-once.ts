import type { OutboundHttp, OutboundRequest } from "../infra/outbound-http.ts";

/** Milliseconds after which the one irreversible call is given up. */
const sendDeadline = 15_000;

/** How an irreversible request ended on the way: with an answer to interpret, certainly not begun, or unclear. */
export type SendOutcome =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Buffer;
    }
  | { readonly kind: "unavailable"; readonly message: string }
  | { readonly kind: "ambiguous"; readonly message: string };

/**
 * Makes the one request of a publication that cannot be taken back: no repetition, no redirect, a hard deadline. Trouble
 * before the request's head was written is `unavailable`: nothing happened. Trouble after it is `ambiguous`.
 */
export async function sendOnce(http: OutboundHttp, request: Omit<OutboundRequest, "redirects">): Promise<SendOutcome> {
  const result = await http.request({ deadlineMs: sendDeadline, ...request, redirects: 0 });
  if (!result.ok) return { kind: result.requestSent ? "ambiguous" : "unavailable", message: result.message };
  const { status, headers, body } = result;
  return { kind: "answered", status, headers, body };
}
