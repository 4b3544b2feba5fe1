/**
 * What the errors of Blackbox AI mean. Three kinds of servers speak through it: OpenRouter's documented errors, LiteLLM's,
 * and the raw texts of whoever makes the picture in the end. The same status therefore means different things.
 */
import type { AnswerError } from "../answer-error.ts";
import type { FailureClass } from "../failure-class.ts";
import { boundedWait, classOfStatus, type ReportFailure } from "../failures.ts";
import type { GenerationFailure } from "../provider.ts";

/** A rule for the texts that say more than their status. The first that fits counts. */
interface TextRule {
  readonly failure: FailureClass;
  readonly fits: RegExp;
  /** Statuses it is limited to; absent: all. */
  readonly statuses?: readonly number[];
}

const upstream = /azure|openai|anthropic|vertex|gemini|replicate|fal\b|fal_ai|bedrock|stability|together/i;

const rules: readonly TextRule[] = [
  // The gateway's own account at the maker of the picture, not ours.
  { failure: "provider_unavailable", fits: /user is locked|exhausted balance|cannot access application/i },
  {
    failure: "billing",
    fits: /budget_exceeded|budget has been exceeded|insufficient[ _](credit|quota|balance|funds)/i,
  },
  { failure: "model_not_found", fits: /invalid model name|model_not_found|no such model|not a valid model/i },
  {
    failure: "content_policy",
    fits: /nsfw|content[ _]policy|content_filter|safety[ _](system|filter)|moderation_blocked|flagged|prohibited content/i,
  },
  {
    failure: "auth",
    fits: /invalid_api_key|auth_error|token_not_found_in_db|key (is )?(disabled|expired|not allowed)/i,
  },
  { failure: "rate_limited", fits: /ratelimiterror|throttling_error|no deployments available/i },
  // Documented for 403: the input was flagged.
  { failure: "content_policy", fits: /moderat|policy|reason/i, statuses: [403] },
];

/** The class of an error. */
function classifyError(error: AnswerError): FailureClass {
  const { status, message, type, code, structured } = error;
  const text = `${message} ${type} ${code}`;
  // A refused key of the gateway's at its own supplier looks like ours; only the text tells.
  if (status === 401 && /exception/i.test(text) && upstream.test(text)) return "provider_unavailable";
  const rule = rules.find(({ fits, statuses }) => fits.test(text) && (statuses?.includes(status) ?? true));
  if (rule !== undefined) return rule.failure;
  // A web page is not the API's: something in front of it, or another address.
  if (!structured && [403, 404, 405].includes(status)) return "provider_unavailable";
  return classOfStatus(status);
}

/** Tells an error. `retryAfter` is what the answer's head says. */
export function reportError(report: ReportFailure, error: AnswerError, retryAfter: number | null): GenerationFailure {
  const failure = classifyError(error);
  const detail = `${error.status} ${error.type} ${error.code} ${error.message}`;
  const seconds = /(?:try again|resets?|retry) in ~?(\d+(?:\.\d+)?) ?s/i.exec(error.message)?.[1];
  return report(failure, {
    detail,
    retryAfter: retryAfter ?? (seconds === undefined ? null : boundedWait(Number(seconds))),
    ...(failure === "invalid_request" && { says: error.message }),
  });
}

/** Whether an error is about a field that the API does not know. */
export function complainsAboutField({ status, message, type }: AnswerError): boolean {
  return (status === 400 || status === 422) && /param|field|unsupported|unexpected|extra/i.test(`${message} ${type}`);
}
