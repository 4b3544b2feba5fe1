/**
 * OpenAI's Images API (https://platform.openai.com/docs/api-reference/images) and the servers that speak its language: LocalAI,
 * vLLM-Omni, LiteLLM, Azure and others, by base URL. One blocking request makes one picture; GPT Image models send
 * unfinished ones on the way. A request that is left may be charged all the same.
 */
import { z } from "zod";
import type { OutboundRequest } from "../../infra/outbound-http.ts";
import { readAnswerError, readJson } from "../answer-error.ts";
import { downloadPicture } from "../download-picture.ts";
import { createFailureReporter, type ReportFailure, reportUnanswered } from "../failures.ts";
import { createModelCatalogue, declaredModels, listedModels } from "../model-catalogue.ts";
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
import { createStreamReader, type ImagesAnswer, readImagesAnswer, type StreamEvent } from "./answer.ts";
import { editForm } from "./edit-form.ts";
import { reportError } from "./failure.ts";
import { familyOf, isPictureModel, pictureModel } from "./models.ts";
import { contradiction, requestFields, streams } from "./request-fields.ts";
import { tokenCost } from "./token-cost.ts";
import { type OpenAiValues, officialUrl, variables } from "./variables.ts";

/** A picture of the largest size in base64, and a little JSON around it. */
const maxAnswerBytes = 45 * 1024 * 1024;
/** The same with three unfinished pictures before it. They are never held all at once. */
const maxStreamBytes = 4 * maxAnswerBytes;

/** The registry's line. */
export const openai = {
  name: "openai",
  variables,
  open({ values, clock }: ProviderSetup<typeof variables>): ImageProvider | null {
    const { OPENAI_API_KEY: key, OPENAI_URL: url, OPENAI_LABEL: label, OPENAI_MODELS: configured } = values;
    if (key === undefined && url === officialUrl) return null;
    const server = {
      extraFields: values.OPENAI_EXTRA_FIELDS,
      inputImages: values.OPENAI_INPUT_IMAGES,
      maxPromptLength: values.OPENAI_MAX_PROMPT_LENGTH,
    };
    const describe = (id: string) => pictureModel(id, server);
    const models = declaredModels(configured, describe);
    const api: Api = {
      ...{ label, values, report: createFailureReporter(label, key === undefined ? [] : [key]) },
      ...{ headers: headersOf(values), origin: new URL(url).origin, now: () => clock.now() },
    };
    const previews = values.OPENAI_PARTIAL_IMAGES > 0;
    return {
      ...{ name: openai.name, label, digitalSourceType: "trainedAlgorithmicMedia" },
      capabilities: {
        ...{ models, maxCount: 10, concurrency: values.OPENAI_CONCURRENCY },
        ...{ progress: previews ? "MEASURED" : "ESTIMATED", preview: previews, cancel: false },
      },
      listModels: createModelCatalogue({
        declared: models,
        clock,
        discover: async (context) => {
          const ids = await listModelIds(api, context);
          return ids && listedModels(configured, ids, { describe, offers: isPictureModel });
        },
      }),
      generate: (request, context) => generate(api, request, context),
    };
  },
} as const satisfies ImageProviderDefinition;

interface Api {
  readonly label: string;
  readonly values: OpenAiValues;
  readonly report: ReportFailure;
  readonly headers: Readonly<Record<string, string>>;
  readonly origin: string;
  readonly now: () => Date;
}

function headersOf(values: OpenAiValues): Readonly<Record<string, string>> {
  const { OPENAI_API_KEY: key, OPENAI_ORGANIZATION: organisation, OPENAI_PROJECT: project } = values;
  const azure = values.OPENAI_AZURE_API_VERSION !== undefined;
  return {
    ...(key !== undefined && (azure ? { "api-key": key } : { authorization: `Bearer ${key}` })),
    ...(organisation !== undefined && { "openai-organization": organisation }),
    ...(project !== undefined && { "openai-project": project }),
  };
}

function addressOf({ OPENAI_URL: base, OPENAI_AZURE_API_VERSION: version }: OpenAiValues, path: string): string {
  return `${base}${path}${version === undefined ? "" : `?api-version=${encodeURIComponent(version)}`}`;
}

const modelList = z.object({ data: z.array(z.object({ id: z.string() })) });

async function listModelIds({ values, headers, origin }: Api, { http, signal }: ProviderContext) {
  const url = addressOf(values, "/models");
  const result = await http.request({ url, headers, signal, trustedOrigin: origin, deadlineMs: 10_000 });
  if (!result.ok || result.status !== 200) return null;
  return modelList.safeParse(readJson(result.body)).data?.data.map(({ id }) => id) ?? null;
}

async function generate(api: Api, request: GenerationRequest, context: GenerationContext): Promise<GenerationOutcome> {
  const { report, label } = api;
  if (context.signal.aborted) return report("cancelled", { cost: { kind: "NONE" } });
  const fault = contradiction(request);
  if (fault !== null) return report("invalid_request", { message: fault });
  const call = await prepare(api, request);
  if (call === null) {
    return report("invalid_request", { message: "The mask must be as large as the picture that it belongs to." });
  }
  context.onProgress({ fraction: null, phase: `Waiting for ${label}` });
  const answer = await ask(api, request, call, context);
  return "ok" in answer ? answer : fetchPicture(api, request, answer, context);
}

type Call = Pick<OutboundRequest, "url" | "headers"> & { readonly body: string | FormData };

/** Null when the picture to start from cannot be sent as it is. */
async function prepare({ values, headers }: Api, request: GenerationRequest): Promise<Call | null> {
  const { inputImage, model } = request;
  const fields = requestFields(request, values);
  if (inputImage === undefined) {
    const url = addressOf(values, "/images/generations");
    return { url, headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(fields) };
  }
  const body = await editForm(fields, familyOf(model) === "dall-e-2" ? "image" : "image[]", inputImage);
  return body && { url: addressOf(values, "/images/edits"), headers, body };
}

async function ask(
  api: Api,
  { model }: GenerationRequest,
  call: Call,
  { http, signal, onProgress }: GenerationContext,
): Promise<ImagesAnswer | GenerationFailure> {
  const { report, values, origin, now } = api;
  const streaming = streams(model, values);
  const stream: { last: StreamEvent | null } = { last: null };
  const read = createStreamReader((event) => {
    if (event.kind !== "PARTIAL") stream.last ??= event;
    else if (stream.last === null) {
      const fraction = Math.min((event.index + 1) / (values.OPENAI_PARTIAL_IMAGES + 1), 0.99);
      onProgress({ fraction, phase: "Drawing", preview: event.bytes });
    }
  });
  const result = await http.request({
    ...{ ...call, method: "POST", signal, trustedOrigin: origin, deadlineMs: values.OPENAI_TIMEOUT_SECONDS * 1000 },
    maxBytes: streaming ? maxStreamBytes : maxAnswerBytes,
    onChunk: (chunk, head) => {
      const streamed = head.status === 200 && isStream(head.headers);
      if (streamed) read(chunk);
      return streamed;
    },
  });
  const { last } = stream;
  if (!result.ok) return finished(last) ?? reportUnanswered(report, result);
  const head = { headers: result.headers, now: now() };
  const start = result.body.toString("utf8", 0, 1_000);
  if (isStream(result.headers) && result.status === 200) {
    const completed = finished(last);
    if (completed !== null) return completed;
    const error = readAnswerError(500, streamError(last), start);
    return error === null || last === null
      ? report("provider_error", { detail: "the stream ended before the picture was complete" })
      : reportError(api, error, head);
  }
  if (result.status === 200 && /^image\//i.test(result.headers["content-type"] ?? "")) {
    return { picture: { kind: "BYTES", bytes: result.body }, usage: undefined };
  }
  const parsed = readJson(result.body);
  const error = readAnswerError(result.status, parsed, start);
  if (error !== null) return reportError(api, error, head);
  const answer = result.status < 300 ? readImagesAnswer(parsed) : null;
  return answer ?? report("provider_error", { detail: `${result.status}, not the documented answer: ${start}` });
}

/** The finished picture of a stream. Once it is here, it does not matter how the stream ends. */
function finished(event: StreamEvent | null): ImagesAnswer | null {
  return event?.kind === "COMPLETED" ? event : null;
}

/** An error event carries its fields itself or, at some servers, under `error` like an answer. */
function streamError(event: StreamEvent | null): unknown {
  if (event?.kind !== "ERROR") return undefined;
  const { body } = event;
  return typeof body === "object" && body !== null && "error" in body ? body : { error: body };
}

function isStream(headers: Readonly<Record<string, string>>): boolean {
  return /^text\/event-stream\b/i.test(headers["content-type"] ?? "");
}

async function fetchPicture(
  { report, origin, values }: Api,
  { model, seed }: GenerationRequest,
  { picture, usage }: ImagesAnswer,
  context: GenerationContext,
): Promise<GenerationOutcome> {
  const cost = tokenCost(model, usage);
  if (picture === null) return report("bad_output", { cost });
  const honoured = familyOf(model) === "other" && values.OPENAI_EXTRA_FIELDS.includes("seed") ? seed : null;
  const made = { ok: true, model, seed: honoured, cost } as const;
  if (picture.kind === "BYTES") return { ...made, bytes: picture.bytes };
  context.onProgress({ fraction: null, phase: "Fetching the picture" });
  // Some servers answer a path of their own.
  const url = URL.parse(picture.url, values.OPENAI_URL)?.href ?? picture.url;
  const fetched = await downloadPicture(context, { url, report, trustedOrigin: origin });
  return fetched.ok ? { ...made, bytes: fetched.bytes } : { ...fetched, cost };
}
