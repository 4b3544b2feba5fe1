/**
 * fal (https://fal.ai/docs): models of many makers behind one queue. A request is submitted once and then asked about. That it
 * is COMPLETED says only that it is over: the result call tells what became of it. Files stay a while at public addresses; they
 * are asked to be kept for an hour, and fetched at once.
 */
import { z } from "zod";
import { type Pause, pause as realPause } from "../../infra/pause.ts";
import { wholeNumber } from "../../infra/setting-kinds.ts";
import { downloadPicture } from "../download-picture.ts";
import { createFailureReporter, type ReportFailure, reportUnanswered } from "../failures.ts";
import { askJson, type JsonAnswer, type JsonApi, readAs } from "../json-call.ts";
import type {
  GenerationContext,
  GenerationFailure,
  GenerationOutcome,
  GenerationRequest,
  ImageProvider,
  ImageProviderDefinition,
  ProviderContext,
  ProviderSetup,
} from "../provider.ts";
import { followJob, type JobLook, withGrace } from "../remote-job.ts";
import { apiBaseUrl, apiKey, modelIds } from "../settings.ts";
import { passes, progressOf, readProblem, resultShape, statusShape, submissionShape } from "./answer.ts";
import { isRemoteId, remoteIdOf } from "./job-address.ts";
import { pictureModel, submissionOf } from "./models.ts";

const name = "fal";
const label = "Fal";
const modelId = /^\w[\w.-]*(\/\w[\w.-]*)+$/;
const firstModels = "fal-ai/flux/dev,fal-ai/flux/schnell,fal-ai/stable-diffusion-v35-large";

const variables = {
  FAL_KEY: apiKey.optional().describe("Key of fal, as `id:secret`. With it, fal is offered."),
  FAL_URL: apiBaseUrl.default("https://queue.fal.run").describe("Where fal's queue is."),
  FAL_MODELS: modelIds
    .refine((ids) => ids.every((id) => modelId.test(id)), "must be models such as fal-ai/flux/dev")
    .prefault(firstModels)
    .describe("Models of fal, the default first. Ones that take other inputs than FLUX may refuse what they are sent."),
  FAL_CONCURRENCY: wholeNumber(1, 100).default(4).describe("Pictures under way at fal at once."),
} as const;

/** How one opens it. */
export const fal: ImageProviderDefinition = {
  name,
  variables,
  open({ values, clock }: ProviderSetup<typeof variables>) {
    const { FAL_KEY: key, FAL_URL: baseUrl, FAL_CONCURRENCY: concurrency } = values;
    if (key === undefined) return null;
    return openFal({ baseUrl, key, models: values.FAL_MODELS, concurrency, clock });
  },
};

/** What it is built from. */
export interface FalSettings extends Pick<ProviderSetup, "clock"> {
  readonly baseUrl: string;
  readonly key: string;
  readonly models: readonly [string, ...string[]];
  readonly concurrency: number;
  readonly pause?: Pause;
}

interface Fal {
  readonly api: JsonApi;
  readonly report: ReportFailure;
  readonly now: () => Date;
  readonly pause: Pause;
}

/** Opens the provider of one account. */
export function openFal({ baseUrl, key, models, concurrency, clock, pause = realPause }: FalSettings) {
  const self: Fal = {
    api: { baseUrl, headers: { authorization: `Key ${key}` } },
    report: createFailureReporter(label, [key, ...key.split(":")]),
    now: () => clock.now(),
    pause,
  };
  const [firstModel, ...otherModels] = models;
  return {
    ...{ name, label, digitalSourceType: "trainedAlgorithmicMedia" },
    capabilities: {
      models: [pictureModel(firstModel), ...otherModels.map(pictureModel)],
      ...{ maxCount: 10, concurrency, progress: "ESTIMATED", preview: false, cancel: true },
    },
    generate: (request, context) => generate(self, request, context),
    resume: (remoteId, request, context) => follow(self, remoteId, request, context),
    cancel: (remoteId, context) => cancel(self, remoteId, context),
  } satisfies ImageProvider;
}

async function generate(self: Fal, request: GenerationRequest, context: GenerationContext): Promise<GenerationOutcome> {
  const { report } = self;
  if (context.signal.aborted) return report("cancelled", { cost: { kind: "NONE" } });
  const submission = submissionOf(request);
  if (submission === null)
    return report("invalid_request", { message: "This model on Fal cannot start from a picture." });
  context.onProgress({ fraction: null, phase: `Waiting for ${label}` });
  const submitted = await withGrace({ ...self, signal: context.signal }, (signal) =>
    submit(self, submission, { ...context, signal }),
  );
  if (!submitted.ok) return submitted;
  await context.onRemoteId(submitted.remoteId);
  return follow(self, submitted.remoteId, request, context);
}

type Submitted = { readonly ok: true; readonly remoteId: string } | GenerationFailure;

async function submit(
  { api, report, now }: Fal,
  { endpoint, input }: NonNullable<ReturnType<typeof submissionOf>>,
  { http, signal }: ProviderContext,
): Promise<Submitted> {
  const headers = { "x-fal-object-lifecycle-preference": JSON.stringify({ expiration_duration_seconds: 3_600 }) };
  const answer = await askJson(http, api, { method: "POST", path: `/${endpoint}`, headers, body: input, signal });
  if (!answer.ok) return reportUnanswered(report, answer);
  if (answer.status >= 300) return readProblem(answer, report, now());
  const job = readAs(submissionShape, answer);
  if (job !== null) {
    const named = { requestId: job.request_id, responseUrl: job.response_url };
    return { ok: true, remoteId: remoteIdOf(named, endpoint, api.baseUrl) };
  }
  // It was taken, and nobody knows its name.
  const message = `${label} took the request, but its answer cannot be read: the picture may be made, and charged, all the same.`;
  return report("timeout", { message, detail: answer.text });
}

/** Waits until the request is over and fetches what it made. Submits nothing. */
async function follow(
  self: Fal,
  remoteId: string,
  request: GenerationRequest,
  context: GenerationContext,
): Promise<GenerationOutcome> {
  const { report, pause } = self;
  if (!isRemoteId(remoteId)) return report("timeout", { message: gone, detail: "the id is none of fal's" });
  return followJob({ ...context, report, pause, look: () => look(self, remoteId, request, context) });
}

const gone = "Fal no longer knows of the picture: it was removed, or belongs to another account.";

async function look(
  self: Fal,
  remoteId: string,
  request: GenerationRequest,
  context: GenerationContext,
): Promise<JobLook> {
  const asked = await ask(self, `/${remoteId}/status?logs=1`, context);
  if (!asked.ok) return asked.look;
  const status = readAs(statusShape, asked.answer);
  if (status === null) return unreadable(self, asked.answer);
  if (status.status !== "COMPLETED") return { kind: "RUNNING", progress: progressOf(status) };
  const result = await ask(self, `/${remoteId}`, context);
  if (!result.ok) return result.look;
  const made = readAs(resultShape, result.answer);
  if (made === null) return unreadable(self, result.answer);
  return { kind: "ENDED", outcome: await fetchResult(self, made, request, context) };
}

type Asked = { readonly ok: true; readonly answer: JsonAnswer } | { readonly ok: false; readonly look: JobLook };

async function ask({ api, report, now }: Fal, path: string, { http, signal }: ProviderContext): Promise<Asked> {
  const answer = await askJson(http, api, { path, signal });
  if (!answer.ok) return { ok: false, look: { kind: "UNANSWERED", failure: reportUnanswered(report, answer, true) } };
  if (answer.status === 200 || answer.status === 202) return { ok: true, answer };
  if (answer.status === 404) {
    return { ok: false, look: { kind: "ENDED", outcome: report("timeout", { message: gone, detail: answer.text }) } };
  }
  // What failed at fal is not charged, nor is an input that the model did not take; of the rest nobody knows.
  const cost = { kind: answer.status >= 500 ? "NONE" : "UNKNOWN" } as const;
  const failure = readProblem(answer, report, now(), answer.status === 422 ? {} : { cost });
  return { ok: false, look: passes(answer) ? { kind: "UNANSWERED", failure } : { kind: "ENDED", outcome: failure } };
}

function unreadable({ report }: Fal, { text }: JsonAnswer): JobLook {
  return { kind: "UNANSWERED", failure: report("provider_error", { detail: `not the documented answer: ${text}` }) };
}

async function fetchResult(
  { report }: Fal,
  { images, image, seed, has_nsfw_concepts: flags }: z.output<typeof resultShape>,
  request: GenerationRequest,
  context: GenerationContext,
): Promise<GenerationOutcome> {
  const file = images[0] ?? image;
  // A flagged picture is delivered as a black one.
  if (flags[0] === true) return report("content_policy", { detail: "has_nsfw_concepts" });
  if (file === null) return report("bad_output", { detail: "no file in the result" });
  context.onProgress({ fraction: 0.98, phase: "Fetching the picture" });
  const picture = await downloadPicture(context, { url: file.url, report });
  if (!picture.ok) return picture;
  return { ok: true, bytes: picture.bytes, model: request.model, seed, cost: { kind: "UNKNOWN" } };
}

async function cancel({ api }: Fal, remoteId: string, { http, signal }: ProviderContext): Promise<boolean> {
  if (!isRemoteId(remoteId)) return false;
  const answer = await askJson(http, api, { method: "PUT", path: `/${remoteId}/cancel`, signal });
  if (!answer.ok) return false;
  const said = readAs(z.object({ status: z.string() }), answer)?.status;
  if (said === "ALREADY_COMPLETED" || said === "NOT_FOUND") return true;
  if (answer.status !== 202) return false;
  // One that waits is taken out of the line. One that runs is only asked to stop, and may be finished and charged.
  const asked = await askJson(http, api, { path: `/${remoteId}/status`, signal });
  const status = asked.ok ? readAs(statusShape, asked)?.status : undefined;
  return status !== undefined && status !== "IN_PROGRESS";
}
