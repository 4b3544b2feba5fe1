/** What errors of the Images API and of its imitators mean. Codes decide before texts, texts before statuses. */
import type { AnswerError } from "../answer-error.ts";
import type { FailureClass } from "../failure-class.ts";
import { boundedWait, classOfStatus, type ReportFailure, retryAfterOf } from "../failures.ts";
import type { GenerationFailure } from "../provider.ts";

/** A rule for errors that say more than their status. The first that fits counts. */
interface ErrorRule {
  readonly failure: FailureClass;
  /** Fits code and type. */
  readonly code: RegExp;
  /** Fits the message. */
  readonly message: RegExp;
}

const rules: readonly ErrorRule[] = [
  {
    failure: "content_policy",
    code: /moderation_blocked|content_policy_violation|contentfilter|content_filter/i,
    message: /safety_violations|safety system|content policy|content management policy/i,
  },
  {
    failure: "billing",
    code: /insufficient_quota|billing|budget_exceeded/i,
    message: /budget has been exceeded|exceeded your current quota|billing hard limit/i,
  },
  {
    failure: "auth",
    code: /invalid_api_key|auth_error|token_not_found/i,
    message: /must be verified|incorrect api key/i,
  },
  {
    failure: "model_not_found",
    code: /model_not_found/i,
    message: /invalid model name|model mismatch|model .{0,80}(does not exist|not found)/i,
  },
  { failure: "rate_limited", code: /rate_limit|throttling/i, message: /ratelimiterror|no deployments available/i },
  {
    failure: "provider_unavailable",
    code: /overloaded|service_unavailable/i,
    message: /overloaded|engine.{0,20}not (started|ready)/i,
  },
];

/** The class of an error. */
function classifyError(error: AnswerError): FailureClass {
  const { status, message, type, code, structured } = error;
  const rule = rules.find((each) => each.code.test(`${type} ${code}`) || each.message.test(message));
  if (rule !== undefined) return rule.failure;
  // A web page is not the API's: something in front of it, or another address.
  if (!structured && [403, 404, 405].includes(status)) return "provider_unavailable";
  return classOfStatus(status);
}

/** What an answer's head says about waiting. */
export interface AnswerHead {
  readonly headers: Readonly<Record<string, string>>;
  readonly now: Date;
}

/** Tells an error. */
export function reportError(
  { report, label }: { readonly report: ReportFailure; readonly label: string },
  error: AnswerError,
  head: AnswerHead,
): GenerationFailure {
  const failure = classifyError(error);
  const { message } = error;
  const request = head.headers["x-request-id"] ?? "";
  const detail = [error.status, error.type, error.code, request, message].filter((part) => part !== "").join(" ");
  const violations = /safety_violations=\[([\w, /-]{1,100})\]/.exec(message)?.[1];
  return report(failure, {
    detail,
    retryAfter: failure === "rate_limited" || failure === "provider_unavailable" ? waitOf(message, head) : null,
    ...(failure === "invalid_request" && { says: message }),
    ...(violations !== undefined && { message: `${label} refused the content of the request: ${violations}.` }),
    ...(/must be verified/i.test(message) && {
      message: `The organisation behind this server's key must be verified at ${label} before it may use this model.`,
    }),
  });
}

/** `Retry-After` first, then OpenAI's own reset headers ("6m0s", "20ms"), then the text. */
function waitOf(message: string, { headers, now }: AnswerHead): number | null {
  const stated = retryAfterOf(headers, now);
  if (stated !== null) return stated;
  const exhausted =
    headers["x-ratelimit-remaining-requests"] === "0" ? headers["x-ratelimit-reset-requests"] : undefined;
  const text = /(?:try again|resets?|retry) in ~?((?:\d+(?:\.\d+)?(?:ms|h|m|s))+)/i.exec(message)?.[1];
  return seconds(exhausted) ?? seconds(text);
}

const unitSeconds: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3_600 };

function seconds(duration: string | undefined): number | null {
  const parts = [...(duration ?? "").matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  if (parts.length === 0) return null;
  return boundedWait(parts.reduce((sum, [, amount, unit = "s"]) => sum + Number(amount) * (unitSeconds[unit] ?? 0), 0));
}
