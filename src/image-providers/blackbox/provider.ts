/**
 * Blackbox AI (https://docs.blackbox.ai/api-reference/image): a gateway to many image models behind one chat endpoint. One
 * blocking request makes one picture, which must be fetched at once: its address is gone within the hour. No progress, no
 * stopping, no seed; a request that is left may be charged all the same.
 */
import { z } from "zod";
import { flag, wholeNumber, wordList } from "../../infra/setting-kinds.ts";
import { readAnswerError, readJson } from "../answer-error.ts";
import { downloadPicture } from "../download-picture.ts";
import { createFailureReporter, type ReportFailure, reportUnanswered, retryAfterOf } from "../failures.ts";
import { createModelCatalogue, declaredModels, listedModels } from "../model-catalogue.ts";
import type {
  GenerationContext,
  GenerationOutcome,
  GenerationRequest,
  ImageProvider,
  ImageProviderDefinition,
  ProviderContext,
  ProviderSetup,
} from "../provider.ts";
import { apiBaseUrl, apiKey, modelIds } from "../settings.ts";
import { type ChatAnswer, readChatAnswer } from "./answer.ts";
import { complainsAboutField, reportError } from "./failure.ts";
import { isPictureModel, type ModelSwitches, pictureModel, shapesOf } from "./models.ts";

const label = "Blackbox AI";
const path = z.string().regex(/^\/[\w./-]*$/, "must be a path such as /chat/completions");
const firstModels =
  "blackboxai/black-forest-labs/flux-1.1-pro,blackboxai/black-forest-labs/flux-schnell,blackboxai/google/imagen-4-fast,blackboxai/google/nano-banana";

const variables = {
  BLACKBOX_API_KEY: apiKey
    .optional()
    .describe("Key of Blackbox AI. With it, Blackbox AI is the default image provider."),
  BLACKBOX_URL: apiBaseUrl
    .default("https://api.blackbox.ai")
    .describe("Where Blackbox AI's API is; https://enterprise.blackbox.ai for enterprise accounts."),
  BLACKBOX_CHAT_PATH: path.default("/chat/completions").describe("Path under BLACKBOX_URL that makes pictures."),
  BLACKBOX_MODELS_PATH: path.default("/v1/models").describe("Path under BLACKBOX_URL that lists models."),
  BLACKBOX_MODELS: modelIds
    .prefault(firstModels)
    .describe("Models of Blackbox AI, the default first; the others that the key may use are offered after them."),
  BLACKBOX_CONCURRENCY: wholeNumber(1, 100).default(3).describe("Requests to Blackbox AI at once."),
  BLACKBOX_TIMEOUT_SECONDS: wholeNumber(5, 900).default(180).describe("Longest wait for one picture of Blackbox AI."),
  BLACKBOX_IMAGE_HOSTS: wordList
    .default([])
    .describe(
      "Hosts that Blackbox AI's pictures may lie on, such as replicate.delivery,*.fal.media. Empty: every public host.",
    ),
  BLACKBOX_SHAPE_WORDS: flag
    .default(true)
    .describe("Whether models that follow instructions are asked for shapes (16:9 …) in words."),
  BLACKBOX_AVOID_WORDS: flag
    .default(false)
    .describe("Whether the same models are told the negative prompt in words. Not documented."),
  BLACKBOX_INPUT_IMAGES: flag
    .default(false)
    .describe("Whether pictures are sent to models that edit. Not documented for pictures."),
  BLACKBOX_SEND_SEED: flag.default(false).describe("Whether the seed is sent. Not documented for pictures."),
} as const;

/** Longest prompt that is sent, in UTF-16 units: the documentation says "2k characters". */
const maxSentPrompt = 1_900;
/** A picture may come as a data URL, a third longer than its bytes. */
const maxAnswerBytes = 45 * 1024 * 1024;
/** Empty answers are said to be cold starts; seconds until asking again makes sense. */
const coldStartWait = 10;

/** The registry's line. */
export const blackbox = {
  name: "blackbox",
  variables,
  open({ values, clock }: ProviderSetup<typeof variables>): ImageProvider | null {
    const { BLACKBOX_API_KEY: key, BLACKBOX_MODELS: configured } = values;
    if (key === undefined) return null;
    const switches: ModelSwitches = {
      shapeWords: values.BLACKBOX_SHAPE_WORDS,
      avoidWords: values.BLACKBOX_AVOID_WORDS,
      inputImages: values.BLACKBOX_INPUT_IMAGES,
      seed: values.BLACKBOX_SEND_SEED,
    };
    const describe = (id: string) => pictureModel(id, switches);
    const models = declaredModels(configured, describe);
    const api: Api = {
      report: createFailureReporter(label, [key]),
      chatUrl: `${values.BLACKBOX_URL}${values.BLACKBOX_CHAT_PATH}`,
      modelsUrl: `${values.BLACKBOX_URL}${values.BLACKBOX_MODELS_PATH}`,
      origin: new URL(values.BLACKBOX_URL).origin,
      headers: { authorization: `Bearer ${key}`, accept: "application/json" },
      deadlineMs: values.BLACKBOX_TIMEOUT_SECONDS * 1000,
      imageHosts: values.BLACKBOX_IMAGE_HOSTS,
      now: () => clock.now(),
      switches,
      refusesExtras: new Set(),
    };
    return {
      ...{ name: blackbox.name, label, digitalSourceType: "trainedAlgorithmicMedia" },
      capabilities: {
        ...{ models, maxCount: 10, concurrency: values.BLACKBOX_CONCURRENCY },
        ...{ progress: "ESTIMATED", preview: false, cancel: false },
      },
      listModels: createModelCatalogue({
        declared: models,
        clock,
        discover: async (context) => {
          const ids = await listModelIds(api, context);
          return ids && listedModels(configured, ids, { describe, offers: (id) => isPictureModel(id, switches) });
        },
      }),
      generate: (request, context) => generate(api, request, context),
    };
  },
} as const satisfies ImageProviderDefinition;

interface Api {
  readonly report: ReportFailure;
  readonly chatUrl: string;
  readonly modelsUrl: string;
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly deadlineMs: number;
  readonly imageHosts: readonly string[];
  readonly now: () => Date;
  readonly switches: ModelSwitches;
  /** Models that refused a request because of fields that are not documented. */
  readonly refusesExtras: Set<string>;
}

const modelList = z.object({ data: z.array(z.object({ id: z.string() })) });

async function listModelIds(api: Api, { http, signal }: ProviderContext): Promise<string[] | null> {
  const { modelsUrl: url, headers, origin: trustedOrigin } = api;
  const result = await http.request({ url, headers, signal, trustedOrigin, deadlineMs: 10_000 });
  if (!result.ok || result.status !== 200) return null;
  return modelList.safeParse(readJson(result.body)).data?.data.map(({ id }) => id) ?? null;
}

async function generate(api: Api, request: GenerationRequest, context: GenerationContext): Promise<GenerationOutcome> {
  const { report, switches, refusesExtras } = api;
  if (context.signal.aborted) return report("cancelled", { cost: { kind: "NONE" } });
  const prompt = wordPrompt(request, switches);
  if (prompt.length > maxSentPrompt) {
    const message = `The prompt, with its shape and what to avoid, has ${prompt.length} characters; ${label} takes at most ${maxSentPrompt}.`;
    return report("invalid_request", { message });
  }
  context.onProgress({ fraction: null, phase: `Waiting for ${label}` });
  const extras = switches.seed && !refusesExtras.has(request.model) ? { seed: request.seed } : null;
  const body = { model: request.model, messages: [{ role: "user", content: contentOf(prompt, request) }] };
  const outcome = await ask(api, { ...body, ...extras }, context);
  if (outcome.kind === "ANSWER") return fetchPicture(api, request, outcome.answer, context);
  if (extras === null || !outcome.aboutField) return outcome.failure;
  refusesExtras.add(request.model);
  const again = await ask(api, body, context);
  return again.kind === "ANSWER" ? fetchPicture(api, request, again.answer, context) : again.failure;
}

type Asked =
  | { readonly kind: "ANSWER"; readonly answer: ChatAnswer }
  | { readonly kind: "FAILURE"; readonly failure: GenerationOutcome; readonly aboutField: boolean };

async function ask(api: Api, body: object, { http, signal }: ProviderContext): Promise<Asked> {
  const { report, chatUrl: url, origin: trustedOrigin, headers, deadlineMs, now } = api;
  const result = await http.request({
    ...{ url, method: "POST", body: JSON.stringify(body), headers: { ...headers, "content-type": "application/json" } },
    ...{ signal, trustedOrigin, deadlineMs, maxBytes: maxAnswerBytes },
  });
  const failed = (failure: GenerationOutcome, aboutField = false): Asked => ({ kind: "FAILURE", failure, aboutField });
  if (!result.ok) return failed(reportUnanswered(report, result));
  const parsed = readJson(result.body);
  // An error counts before everything else: it may come with status 200 and a choice beside it.
  const error = readAnswerError(result.status, parsed, result.body.toString("utf8", 0, 1_000));
  if (error !== null) {
    const wait = retryAfterOf(result.headers, now());
    return failed(reportError(report, error, wait), complainsAboutField(error));
  }
  const answer = readChatAnswer(parsed);
  if (answer !== null && result.status < 300) return { kind: "ANSWER", answer };
  const start = result.body.toString("utf8", 0, 300);
  return failed(report("provider_error", { detail: `${result.status}, not the documented answer: ${start}` }));
}

async function fetchPicture(
  { report, origin, imageHosts }: Api,
  { model }: GenerationRequest,
  answer: ChatAnswer,
  context: GenerationContext,
): Promise<GenerationOutcome> {
  const cost =
    answer.cost === null
      ? ({ kind: "UNKNOWN" } as const)
      : ({ kind: "REPORTED", amount: answer.cost, currency: "USD" } as const);
  if (answer.finishReason === "content_filter") return report("content_policy", { detail: answer.text, cost });
  if (answer.pictures.length === 0) {
    return answer.text === ""
      ? report("bad_output", { message: startingUp, retryAfter: coldStartWait, cost })
      : report("bad_output", {
          message: `${label} answered with words instead of a picture.`,
          says: answer.text,
          cost,
        });
  }
  context.onProgress({ fraction: null, phase: "Fetching the picture" });
  let outcome: GenerationOutcome = report("bad_output", { cost });
  for (const reference of answer.pictures.slice(0, 4)) {
    const download = { report, trustedOrigin: origin, ...(imageHosts.length > 0 && { hosts: imageHosts }) };
    const picture =
      reference.kind === "BYTES"
        ? ({ ok: true, bytes: reference.bytes } as const)
        : await downloadPicture(context, { ...download, url: reference.url });
    if (picture.ok) return { ok: true, bytes: picture.bytes, model: answer.model ?? model, seed: null, cost };
    outcome = { ...picture, cost };
    if (picture.failure === "cancelled") break;
  }
  return outcome;
}

const startingUp = `${label} answered without a picture, as it does while a model starts up. It may have been charged.`;

/** The prompt with what the API has no field for. Only for models that follow instructions; see `pictureModel`. */
function wordPrompt(request: GenerationRequest, switches: ModelSwitches): string {
  const { prompt, negativePrompt, model, width, height } = request;
  const shapes = shapesOf(model, switches);
  const { negativePrompt: heedsNegative } = pictureModel(model, switches);
  const shape = shapes.find((each) => each.width === width && each.height === height);
  return [
    prompt,
    ...(shapes.length > 1 && shape !== undefined ? [`Make the picture in the aspect ratio ${shape.ratio}.`] : []),
    ...(heedsNegative && negativePrompt !== "" ? [`Avoid: ${negativePrompt}.`] : []),
  ].join("\n");
}

function contentOf(prompt: string, { inputImage }: GenerationRequest) {
  if (inputImage === undefined) return prompt;
  const url = `data:${inputImage.mime};base64,${inputImage.bytes.toString("base64")}`;
  return [
    { type: "text", text: prompt },
    { type: "image_url", image_url: { url } },
  ];
}
