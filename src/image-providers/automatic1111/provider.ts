/**
 * The web UI of AUTOMATIC1111 and its fork Forge: somebody's own machine, without prices, rules or limits on requests. Source:
 * AUTOMATIC1111/stable-diffusion-webui, `modules/api/api.py` and `modules/progress.py`.
 *
 * Making a picture is one request that lasts until it is there, beside which questions about progress run. The machine makes
 * one picture at a time, for whoever asked first; "stop" stops the running one, whoever owns it. So each picture carries a
 * task id of ours, and is stopped only while the machine says that exactly this task runs.
 */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type Pause, pause as realPause } from "../../infra/pause.ts";
import { createFailureReporter, reportUnanswered } from "../failures.ts";
import { askJson, type JsonApi } from "../json-call.ts";
import { createModelCatalogue } from "../model-catalogue.ts";
import type {
  GenerationContext,
  GenerationOutcome,
  GenerationRequest,
  ImageProvider,
  ImageProviderDefinition,
  ProviderSetup,
} from "../provider.ts";
import { apiBaseUrl } from "../settings.ts";
import { declaredModels, discoverModels } from "./models.ts";
import { maxAnswerBytes, readAnswer, readFailure } from "./read-answer.ts";
import { requestBody } from "./request-body.ts";
import { createTurns } from "./turns.ts";
import { interruptTask, isIdle, watchProgress } from "./watch-progress.ts";

const name = "automatic1111";
const label = "AUTOMATIC1111";

const variables = {
  AUTOMATIC1111_URL: apiBaseUrl
    .optional()
    .describe(
      "Address of a stable-diffusion-webui (AUTOMATIC1111 or Forge) that runs with --api: http://127.0.0.1:7860",
    ),
  AUTOMATIC1111_AUTH: z
    .string()
    .regex(/^[^:]+:.+$/, "must be `user:password`, as given to --api-auth")
    .optional()
    .describe("`user:password`, where it runs with --api-auth."),
} as const;

/** A first picture after a change of the model can take minutes; nothing takes longer than this, in milliseconds. */
const longest = 30 * 60_000;

/** How one opens it. */
export const automatic1111: ImageProviderDefinition = {
  name,
  variables,
  open({ values, clock }: ProviderSetup<typeof variables>) {
    const { AUTOMATIC1111_URL: baseUrl, AUTOMATIC1111_AUTH: auth } = values;
    return baseUrl === undefined ? null : openAutomatic1111({ baseUrl, auth, clock });
  },
};

/** What it is built from. */
export interface Automatic1111Settings extends Pick<ProviderSetup, "clock"> {
  readonly baseUrl: string;
  /** `user:password`. */
  readonly auth?: string | undefined;
  readonly pause?: Pause;
}

/** Opens the provider of one server. */
export function openAutomatic1111({ baseUrl, auth, clock, pause = realPause }: Automatic1111Settings): ImageProvider {
  const basic = auth === undefined ? "" : Buffer.from(auth).toString("base64");
  const api: JsonApi = { baseUrl, headers: basic === "" ? {} : { authorization: `Basic ${basic}` } };
  const report = createFailureReporter(label, [auth ?? "", auth?.replace(/^[^:]*:/, "") ?? "", basic]);
  const takeTurn = createTurns();

  async function generate(request: GenerationRequest, context: GenerationContext): Promise<GenerationOutcome> {
    context.onProgress({ fraction: null, phase: `Waiting for ${label}` });
    const done = await takeTurn(context.signal);
    if (done === null) return report("cancelled", { cost: free });
    try {
      return { ...(await make(request, context)), cost: free };
    } finally {
      done();
    }
  }

  async function make(request: GenerationRequest, context: GenerationContext): Promise<GenerationOutcome> {
    const { signal, http, onProgress } = context;
    const taskId = `task(${randomUUID()})`;
    const task = { http, api, taskId, pause };
    const over = new AbortController();
    const wasIdle = await isIdle(task, signal);
    const answered = askJson(http, api, {
      ...{ method: "POST", path: `/sdapi/v1/${request.inputImage ? "img2img" : "txt2img"}`, signal },
      ...{ body: requestBody(request, taskId), deadlineMs: longest, maxBytes: maxAnswerBytes },
    }).finally(() => over.abort());
    const watched = watchProgress(task, { signal: AbortSignal.any([signal, over.signal]), onProgress, wasIdle });
    const [answer] = await Promise.all([answered, watched]);
    if (signal.aborted) {
      await interruptTask(task);
      return report("cancelled");
    }
    // Nothing is ever charged here, so a request that broke off may simply be repeated.
    if (!answer.ok) return reportUnanswered(report, answer, true);
    if (answer.status !== 200) return readFailure(answer, { report, now: clock.now() });
    return readAnswer(answer, { report, model: request.model });
  }

  return {
    ...{ name, label, digitalSourceType: "trainedAlgorithmicMedia" },
    capabilities: {
      models: declaredModels,
      ...{ maxCount: 10, concurrency: 1, progress: "MEASURED", preview: true, cancel: true },
    },
    listModels: createModelCatalogue({
      ...{ declared: declaredModels, clock },
      discover: (context) => discoverModels(api, context),
    }),
    generate,
  };
}

const free = { kind: "NONE" } as const;
