/** What Replicate says about a prediction, and what its refusals and failures mean. */
import { z } from "zod";
import { boundedWait, type FailureReport, type ReportFailure, retryAfterOf } from "../failures.ts";
import { classOfAnswer, type JsonAnswer, readAs } from "../json-call.ts";
import type { GenerationFailure, GenerationProgress } from "../provider.ts";

const text = z.string().catch("");

/** A prediction, as far as it is needed; the rest of it may be anything. */
export const predictionShape = z.object({
  /** Goes into paths, so it may hold nothing else. */
  id: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/),
  status: z.string(),
  output: z.unknown(),
  ...{ error: text, logs: text, model: text },
  /** After an hour output, input and files are gone. */
  data_removed: z.boolean().catch(false),
  input: z
    .object({ seed: z.number().nullable().catch(null).default(null) })
    .catch({ seed: null })
    .default({ seed: null }),
});

/** One of them. */
export type Prediction = z.output<typeof predictionShape>;

/** How far it is: only as a bar in the log of models that write one. */
export function progressOf({ status, logs }: Prediction): GenerationProgress {
  if (status === "starting") return { fraction: null, phase: "Waiting for the model to start" };
  const share = [...logs.matchAll(/\b(\d{1,3})%\|/g)].at(-1)?.[1];
  return {
    fraction: share === undefined ? null : Math.min(Number(share) / 100, 1),
    phase: "Painting the picture",
  };
}

/** The seed that was used: the log tells what the model chose. Null where neither log nor input names one. */
export function seedOf({ logs, input }: Prediction): number | null {
  const told = /\bseed:?\s+(\d{1,16})\b/i.exec(logs)?.[1];
  return told === undefined ? input.seed : Number(told);
}

/** The picture's address: the output is one, a list of them, or nothing usable. */
export function addressOf({ output }: Prediction): string | null {
  const first: unknown = Array.isArray(output) ? output[0] : output;
  return typeof first === "string" && /^(https?:\/\/|data:)/.test(first) ? first : null;
}

/** Why a prediction ended without a picture; null when it has not. */
export function endOf(prediction: Prediction, report: ReportFailure): GenerationFailure | null {
  const { status, error } = prediction;
  if (status === "canceled") return report("cancelled", { message: "The picture was stopped at Replicate." });
  if (status === "aborted") {
    const message = "Replicate did not begin with the picture in time.";
    return report("provider_unavailable", { message, cost: { kind: "NONE" } });
  }
  if (status !== "failed") return null;
  if (/\bnsfw\b|E005|\bsensitive\b/i.test(error)) return report("content_policy", { detail: error });
  // These pass; other errors are the model's own and come again.
  const passes = /out of memory|E8765|\bPA\)|interrupted; please retry/i.test(error);
  const says = { says: error, detail: error };
  return report("provider_error", { ...says, message: "The model failed.", ...(!passes && { retryable: false }) });
}

const problemShape = z.object({ title: text, detail: text });

/**
 * What an answer other than a prediction means. 404 of a question about a prediction means that it is gone; that is for the
 * caller to tell.
 */
export function readProblem(
  answer: JsonAnswer,
  report: ReportFailure,
  now: Date,
  more: FailureReport = {},
): GenerationFailure {
  const { status, headers, text: raw } = answer;
  const { title, detail } = readAs(problemShape, answer) ?? { title: "", detail: "" };
  // "Your rate limit resets in ~30s" often comes without the header.
  const told = /resets in ~?(\d+(?:\.\d+)?)\s*s/i.exec(detail)?.[1];
  const retryAfter = retryAfterOf(headers, now) ?? (told === undefined ? null : boundedWait(Number(told)));
  const failure = classOfAnswer(answer);
  const says = failure === "invalid_request" ? { says: detail || title } : {};
  return report(failure, { detail: `status ${status}: ${raw}`, retryAfter, ...says, ...more });
}
