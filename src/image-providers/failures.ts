/**
 * Failures in words, and what is really common in how HTTP APIs fail. An adapter decides the class, because every API means
 * something else by its statuses; the sentence, the redaction and what a class says about costs are decided here.
 */
import type { OutboundResult } from "../infra/outbound-http.ts";
import type { FailureClass } from "./failure-class.ts";
import type { GenerationCost, GenerationFailure } from "./provider.ts";

/** What an adapter knows about a failure. */
export interface FailureReport {
  /** What the API said, for the operator's log; redacted and shortened here. */
  readonly detail?: string;
  /** What the API said, where the person who asked can act on it; redacted and shortened here. */
  readonly says?: string;
  /** Takes the place of the class's own sentence. */
  readonly message?: string;
  /** Seconds. */
  readonly retryAfter?: number | null;
  /** False takes the place of what the class says. */
  readonly retryable?: false;
  /** Default: what the class says. */
  readonly cost?: GenerationCost;
}

/** Makes one provider's failures. */
export type ReportFailure = (failure: FailureClass, report?: FailureReport) => GenerationFailure;

/** A failed request, as the outbound client answers it. */
export type UnansweredRequest = Extract<OutboundResult, { ok: false }>;

/** Longest text of an API that is kept, in characters. */
const maxText = 300;

/** Answers of these classes came instead of work. Of the others nobody knows. */
const freeOfCharge: ReadonlySet<FailureClass> = new Set([
  ...(["auth", "billing", "rate_limited", "invalid_request", "model_not_found"] as const),
]);

const sentences: Readonly<Record<FailureClass, (label: string) => string>> = {
  auth: (label) => `${label} did not accept this server's key.`,
  billing: (label) => `The account at ${label} has no credit left.`,
  rate_limited: (label) => `${label} takes no more requests for the moment.`,
  invalid_request: (label) => `${label} refused the request.`,
  model_not_found: (label) => `${label} does not offer this model.`,
  content_policy: (label) => `${label} refused the content of the request.`,
  provider_unavailable: (label) => `${label} is not available at the moment.`,
  provider_error: (label) => `${label} failed.`,
  timeout: (label) => `${label} did not answer in time. The picture may have been made, and charged, all the same.`,
  cancelled: () => "The generation was cancelled before it was finished.",
  bad_output: (label) => `${label} answered without a usable picture.`,
};

/**
 * @param label the provider's, for people.
 * @param secrets what must never be seen in a message or a log: the key, a password.
 */
export function createFailureReporter(label: string, secrets: readonly string[]): ReportFailure {
  const clean = (text: string) => shorten(redact(text, secrets));
  return (failure, { detail, says, message, retryAfter, retryable, cost } = {}) => {
    const sentence = message ?? sentences[failure](label);
    const quoted = says === undefined || says.trim() === "" ? "" : ` It says: “${clean(says)}”`;
    return {
      ok: false,
      failure,
      message: `${sentence}${quoted}`,
      cost: cost ?? { kind: freeOfCharge.has(failure) ? "NONE" : "UNKNOWN" },
      ...(typeof retryAfter === "number" && { retryAfter }),
      ...(retryable === false && { retryable }),
      ...(detail !== undefined && { detail: clean(detail) }),
    };
  };
}

/** The usual class of a status. */
export function classOfStatus(status: number): FailureClass {
  if (status === 401 || status === 403) return "auth";
  if (status === 402) return "billing";
  if (status === 404) return "model_not_found";
  if (status === 408) return "timeout";
  if (status === 429) return "rate_limited";
  if (status >= 400 && status < 500) return "invalid_request";
  // 520 to 530 are the proxy's in front, when what stands behind it is gone.
  return [502, 503, 504].includes(status) || (status >= 520 && status <= 530)
    ? "provider_unavailable"
    : "provider_error";
}

/**
 * What an unanswered request means.
 *
 * @param repeatable whether the request only read, so that nothing can have been made or charged by it.
 */
export function reportUnanswered(report: ReportFailure, result: UnansweredRequest, repeatable = false) {
  const { reason, detail, requestSent } = result;
  const cost: GenerationCost = { kind: requestSent && !repeatable ? "UNKNOWN" : "NONE" };
  if (reason === "aborted") return report("cancelled", { detail, cost });
  if (reason === "too_large") return report("bad_output", { detail: `the answer is too large: ${detail}` });
  if (!requestSent || repeatable) return report("provider_unavailable", { detail: `${reason}: ${detail}`, cost });
  return reason === "timeout"
    ? report("timeout", { detail, cost })
    : report("timeout", { detail: `${reason}: ${detail}`, cost, message: brokenOff });
}

const brokenOff =
  "The connection to the provider broke before its answer was complete. The picture may have been made, and charged, all the same.";

/** Longest wait that is believed, in seconds: one hour. */
const longestWait = 3_600;

/** Seconds to wait after an answer, from `Retry-After` as seconds or as a date (RFC 9110 §10.2.3); null when it does not say. */
export function retryAfterOf(headers: Readonly<Record<string, string>>, now: Date): number | null {
  const text = headers["retry-after"]?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(text)) return boundedWait(Number(text));
  const at = /^[A-Z][a-z]{2},? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : boundedWait((at - now.getTime()) / 1000);
}

/** A number of seconds that can be believed. */
export function boundedWait(seconds: number): number {
  return Math.min(Math.max(Math.ceil(seconds), 0), longestWait);
}

/** Hides keys: the ones known, and what looks like one, because some APIs repeat a part of it. */
function redact(text: string, secrets: readonly string[]): string {
  const known = secrets
    .filter((secret) => secret !== "")
    .reduce((rest, secret) => rest.replaceAll(secret, "•••"), text);
  return known.replaceAll(/\b(sk|pk|r8|hf|key)[-_][\w*.…-]{4,}/gi, "•••").replaceAll(/\bBearer\s+\S+/gi, "Bearer •••");
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= maxText ? line : `${line.slice(0, maxText)}…`;
}
