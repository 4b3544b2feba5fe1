/**
 * Replicate (https://replicate.com/docs/reference/http): models of many makers behind one queue. A picture is a "prediction":
 * submitted once, then asked about until it has ended; its file is gone after an hour, so it is fetched at once.
 *
 * Answers contain addresses to ask and to stop at. They are not used: the key goes to the configured address alone, and a
 * prediction's id is all that is needed.
 */
import { z } from "zod";
import { type Pause, pause as realPause } from "../../infra/pause.ts";
import { wholeNumber } from "../../infra/setting-kinds.ts";
import { downloadPicture } from "../download-picture.ts";
import { createFailureReporter, type ReportFailure, reportUnanswered } from "../failures.ts";
import { askJson, type JsonApi, readAs } from "../json-call.ts";
import { createModelCatalogue } from "../model-catalogue.ts";
import type {
  GenerationContext,
  GenerationOutcome,
  GenerationRequest,
  ImageProvider,
  ImageProviderDefinition,
  ProviderContext,
  ProviderSetup,
} from "../provider.ts";
import { followJob, type JobLook, withGrace } from "../remote-job.ts";
import { apiBaseUrl, apiKey, modelIds } from "../settings.ts";
import { modelInput } from "./model-input.ts";
import { createModelReader, type ModelReader } from "./model-reader.ts";
import { declaredModel, describedModel } from "./models.ts";
import { addressOf, endOf, type Prediction, predictionShape, progressOf, readProblem, seedOf } from "./prediction.ts";

const name = "replicate";
const label = "Replicate";
const modelId = /^\w[\w.-]*\/\w[\w.-]*(:[0-9a-f]{64})?$/;
const firstModels = "black-forest-labs/flux-schnell,black-forest-labs/flux-dev,black-forest-labs/flux-1.1-pro";

const variables = {
  REPLICATE_API_TOKEN: apiKey.optional().describe("Token of Replicate (r8_…). With it, Replicate is offered."),
  REPLICATE_URL: apiBaseUrl.default("https://api.replicate.com/v1").describe("Where Replicate's API is."),
  REPLICATE_MODELS: modelIds
    .refine((ids) => ids.every((id) => modelId.test(id)), "must be models such as owner/name")
    .prefault(firstModels)
    .describe("Models of Replicate, the default first: `owner/name`, or `owner/name:version` for one version of it."),
  REPLICATE_CONCURRENCY: wholeNumber(1, 100).default(4).describe("Pictures under way at Replicate at once."),
} as const;

/** How one opens it. */
export const replicate: ImageProviderDefinition = {
  name,
  variables,
  open({ values, clock }: ProviderSetup<typeof variables>) {
    const { REPLICATE_API_TOKEN: token, REPLICATE_URL: baseUrl, REPLICATE_CONCURRENCY: concurrency } = values;
    if (token === undefined) return null;
    return openReplicate({ baseUrl, token, models: values.REPLICATE_MODELS, concurrency, clock });
  },
};

/** What it is built from. */
export interface ReplicateSettings extends Pick<ProviderSetup, "clock"> {
  readonly baseUrl: string;
  readonly token: string;
  readonly models: readonly [string, ...string[]];
  readonly concurrency: number;
  readonly pause?: Pause;
}

interface Replicate {
  readonly api: JsonApi;
  readonly report: ReportFailure;
  readonly now: () => Date;
  readonly pause: Pause;
  readonly readModel: ModelReader;
}

/** Opens the provider of one account. */
export function openReplicate({ baseUrl, token, models, concurrency, clock, pause = realPause }: ReplicateSettings) {
  const api: JsonApi = { baseUrl, headers: { authorization: `Bearer ${token}` } };
  const report = createFailureReporter(label, [token]);
  const now = () => clock.now();
  const self: Replicate = { api, report, now, pause, readModel: createModelReader({ api, report, now }) };
  const [firstModel, ...otherModels] = models;
  const declared = [declaredModel(firstModel), ...otherModels.map(declaredModel)] as const;
  return {
    ...{ name, label, digitalSourceType: "trainedAlgorithmicMedia" },
    capabilities: {
      ...{ models: declared, maxCount: 10, concurrency, progress: "ESTIMATED", preview: false, cancel: true },
    },
    listModels: createModelCatalogue({
      ...{ declared, clock },
      discover: (context) => describeModels(self, models, context),
    }),
    generate: (request, context) => generate(self, request, context),
    resume: (remoteId, _request, context) => follow(self, remoteId, context),
    cancel: (remoteId, context) => cancel(self, remoteId, context),
  } satisfies ImageProvider;
}

async function describeModels({ readModel }: Replicate, ids: ReplicateSettings["models"], context: ProviderContext) {
  const describe = async (id: string) => {
    const read = await readModel(id, context);
    if (read.ok) return describedModel(id, read.model.schema);
    return read.failure === "model_not_found" ? { ...declaredModel(id), listed: false } : null;
  };
  const [first, ...rest] = await Promise.all(ids.map(describe));
  const others = rest.flatMap((model) => model ?? []);
  return !first || others.length < rest.length ? null : ([first, ...others] as const);
}

async function generate(
  self: Replicate,
  request: GenerationRequest,
  context: GenerationContext,
): Promise<GenerationOutcome> {
  const { report } = self;
  if (context.signal.aborted) return report("cancelled", { cost: { kind: "NONE" } });
  context.onProgress({ fraction: null, phase: `Waiting for ${label}` });
  const read = await self.readModel(request.model, context);
  if (!read.ok) return read;
  const made = modelInput(request, read.model.schema);
  if (!made.ok) return report("invalid_request", { message: made.message });
  const submitted = await withGrace({ ...self, signal: context.signal }, (signal) =>
    submit(self, { model: request.model, version: read.model.version, input: made.input }, { ...context, signal }),
  );
  if (!submitted.ok) return submitted;
  await context.onRemoteId(submitted.prediction.id);
  return follow(self, submitted.prediction.id, context);
}

interface Submission {
  readonly model: string;
  /** The model's newest version; null where the API does not say. */
  readonly version: string | null;
  readonly input: object;
}

type Submitted =
  | { readonly ok: true; readonly prediction: Prediction }
  | Extract<GenerationOutcome, { readonly ok: false }>;

/** Official models have a path of their own; all others are asked for by version. A 404 has made nothing. */
async function submit(
  { api, report, now }: Replicate,
  { model, version, input }: Submission,
  { http, signal }: ProviderContext,
): Promise<Submitted> {
  const [id, pinned] = model.split(":");
  const ask = (path: string, body: object) => askJson(http, api, { method: "POST", path, body, signal });
  const byVersion = (chosen: string) => ask("/predictions", { version: chosen, input });
  let answer = pinned === undefined ? await ask(`/models/${id}/predictions`, { input }) : await byVersion(pinned);
  if (pinned === undefined && version !== null && answer.ok && answer.status === 404) answer = await byVersion(version);
  if (!answer.ok) return reportUnanswered(report, answer);
  if (answer.status >= 300) return readProblem(answer, report, now());
  const prediction = readAs(predictionShape, answer);
  if (prediction !== null) return { ok: true, prediction };
  // It was taken, and nobody knows its name.
  const message = `${label} took the request, but its answer cannot be read: the picture may be made, and charged, all the same.`;
  return report("timeout", { message, detail: answer.text });
}

/** Waits until the prediction has ended and fetches what it made. Submits nothing. */
function follow(self: Replicate, id: string, context: GenerationContext): Promise<GenerationOutcome> {
  const { report, pause } = self;
  return followJob({ ...context, report, pause, look: () => look(self, id, context) });
}

async function look(self: Replicate, id: string, context: GenerationContext): Promise<JobLook> {
  const { api, report, now } = self;
  const answer = await askJson(context.http, api, {
    path: `/predictions/${encodeURIComponent(id)}`,
    signal: context.signal,
  });
  if (!answer.ok) return { kind: "UNANSWERED", failure: reportUnanswered(report, answer, true) };
  if (answer.status === 404)
    return { kind: "ENDED", outcome: report("timeout", { message: gone, detail: answer.text }) };
  const prediction = answer.status === 200 ? readAs(predictionShape, answer) : null;
  if (prediction === null) {
    const failure = readProblem(answer, report, now(), { cost: { kind: "UNKNOWN" } });
    const passes = answer.status < 400 || answer.status === 429 || answer.status >= 500;
    return passes ? { kind: "UNANSWERED", failure } : { kind: "ENDED", outcome: failure };
  }
  const failure = endOf(prediction, report);
  if (failure !== null) return { kind: "ENDED", outcome: failure };
  if (prediction.status !== "succeeded") return { kind: "RUNNING", progress: progressOf(prediction) };
  return { kind: "ENDED", outcome: await fetchResult(self, prediction, context) };
}

const gone = "Replicate no longer knows of the picture: it was removed, or belongs to another account.";
const removed = "The picture was made, but Replicate keeps it for one hour only, and that has passed.";

async function fetchResult(
  { report }: Replicate,
  prediction: Prediction,
  context: GenerationContext,
): Promise<GenerationOutcome> {
  if (prediction.data_removed) return report("timeout", { message: removed });
  const url = addressOf(prediction);
  if (url === null) return report("bad_output", { detail: JSON.stringify(prediction.output ?? null) });
  context.onProgress({ fraction: 0.98, phase: "Fetching the picture" });
  const picture = await downloadPicture(context, { url, report });
  if (!picture.ok) return picture;
  const { bytes } = picture;
  return { ok: true, bytes, model: prediction.model, seed: seedOf(prediction), cost: { kind: "UNKNOWN" } };
}

async function cancel({ api }: Replicate, id: string, { http, signal }: ProviderContext): Promise<boolean> {
  const path = `/predictions/${encodeURIComponent(id)}/cancel`;
  const answer = await askJson(http, api, { method: "POST", path, signal });
  if (!answer.ok) return false;
  if (answer.status === 404) return true;
  // Stopping may take its time; only an ended prediction is over. One that had ended before says how.
  const status = answer.status === 200 ? readAs(z.object({ status: z.string() }), answer)?.status : undefined;
  return ["canceled", "succeeded", "failed", "aborted"].includes(status ?? "");
}
