/** What fal says about a request, and what its refusals and failures mean. */
import { z } from "zod";
import type { FailureClass } from "../failure-class.ts";
import { type FailureReport, type ReportFailure, retryAfterOf } from "../failures.ts";
import { classOfAnswer, type JsonAnswer, readAs } from "../json-call.ts";
import type { GenerationFailure, GenerationProgress } from "../provider.ts";

/** A submission that was taken. */
export const submissionShape = z.object({
  request_id: z.string().regex(/^[\w-]{1,100}$/),
  response_url: z.string().nullable().catch(null).default(null),
});

/** Where a request is. The answer's own status is 202 until it is over. */
export const statusShape = z.object({
  status: z.enum(["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]),
  queue_position: z.number().int().min(0).nullable().catch(null).default(null),
  logs: z
    .array(z.object({ message: z.string().catch("") }))
    .catch([])
    .default([]),
});

const file = z.object({ url: z.string() });

/** What a model made. Some answer one `image` instead of a list. */
export const resultShape = z.object({
  images: z.array(file).catch([]).default([]),
  image: file.nullable().catch(null).default(null),
  seed: z.number().nullable().catch(null).default(null),
  has_nsfw_concepts: z.array(z.boolean()).catch([]).default([]),
});

/** How far it is: the place in the line, then a bar in the log of models that write one. */
export function progressOf({
  status,
  queue_position: position,
  logs,
}: z.output<typeof statusShape>): GenerationProgress {
  if (status === "IN_QUEUE") {
    const place = position === null ? "" : ` as number ${position + 1}`;
    return { fraction: null, phase: `Waiting${place} in Fal's line` };
  }
  const share = logs.flatMap(({ message }) => [...message.matchAll(/\b(\d{1,3})%\|/g)]).at(-1)?.[1];
  return { fraction: share === undefined ? null : Math.min(Number(share) / 100, 1), phase: "Painting the picture" };
}

/** Models list what is wrong; what stands in front of them says it in a text. */
const problemShape = z.object({
  detail: z
    .union([
      z.string(),
      z.array(z.object({ loc: z.array(z.unknown()).catch([]), msg: z.string(), type: z.string().catch("") })),
    ])
    .catch(""),
  error_type: z.string().catch("").default(""),
});

/** What fal's own words mean, where they say more than the status. */
const classOfType: Readonly<Record<string, FailureClass>> = {
  content_policy_violation: "content_policy",
  no_media_generated: "bad_output",
  internal_server_error: "provider_error",
  generation_timeout: "provider_unavailable",
  downstream_service_error: "provider_unavailable",
  downstream_service_unavailable: "provider_unavailable",
  request_timeout: "provider_unavailable",
  startup_timeout: "provider_unavailable",
};

/**
 * Whether an answer is that of the machinery in front, which passes, rather than what became of the request: a model's own
 * failure has its words with it, whatever its status.
 */
export function passes(answer: JsonAnswer): boolean {
  if (answer.status === 429) return true;
  return answer.status >= 500 && typesOf(answer).length === 0;
}

/** What an answer other than the expected one means. */
export function readProblem(
  answer: JsonAnswer,
  report: ReportFailure,
  now: Date,
  more: FailureReport = {},
): GenerationFailure {
  const { status, headers, text } = answer;
  const { detail } = readProblemBody(answer);
  const type = typesOf(answer).find((each) => each in classOfType);
  const failure = (type === undefined ? undefined : classOfType[type]) ?? classOfProblem(answer, detail);
  const says =
    typeof detail === "string"
      ? detail
      : detail.map(({ loc, msg }) => `${loc.map(String).join(".")}: ${msg}`).join("; ");
  // Who set the time limit that was passed: if it was us, asking again passes it again.
  const final = headers["x-fal-retryable"] === "false" || headers["x-fal-request-timeout-type"] === "user";
  return report(failure, {
    detail: `status ${status}: ${text}`,
    retryAfter: retryAfterOf(headers, now),
    ...(failure === "invalid_request" && { says }),
    ...(final && { retryable: false }),
    ...more,
  });
}

function classOfProblem(answer: JsonAnswer, detail: z.output<typeof problemShape>["detail"]): FailureClass {
  const words = typeof detail === "string" ? detail : "";
  if (/\bcancell?ed\b/i.test(words)) return "cancelled";
  if (answer.status === 403 && /locked|exhausted|balance/i.test(words)) return "billing";
  return classOfAnswer(answer);
}

function readProblemBody(answer: JsonAnswer): z.output<typeof problemShape> {
  return readAs(problemShape, answer) ?? { detail: "", error_type: "" };
}

function typesOf(answer: JsonAnswer): string[] {
  const { detail, error_type } = readProblemBody(answer);
  const own = typeof detail === "string" ? [] : detail.map(({ type }) => type);
  return [...own, error_type, answer.headers["x-fal-error-type"] ?? ""].filter((type) => type !== "");
}
