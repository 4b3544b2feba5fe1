/** What the machine does right now: asked beside the request that makes the picture. */
import { z } from "zod";
import type { OutboundHttp } from "../../infra/outbound-http.ts";
import type { Pause } from "../../infra/pause.ts";
import { decodeBase64 } from "../download-picture.ts";
import { askJson, type JsonApi, readAs } from "../json-call.ts";
import type { GenerationContext, GenerationProgress } from "../provider.ts";

/** One picture under way. */
export interface Task {
  readonly http: OutboundHttp;
  readonly api: JsonApi;
  readonly taskId: string;
  readonly pause: Pause;
}

/** Milliseconds between two questions, and how many of them go by without asking for a preview. */
const interval = 700;
const previewEvery = 3;

/** By task: newer builds. Questions about strangers' tasks are answered with none of the three. */
const taskShape = z.object({
  ...{ active: z.boolean(), queued: z.boolean(), completed: z.boolean() },
  progress: z.number().nullish(),
  live_preview: z.string().nullish(),
  id_live_preview: z.number().nullish(),
});

/** Of the whole machine: all builds, and it may be somebody else's picture. */
const machineShape = z.object({
  progress: z.number(),
  state: z.object({ job_count: z.number() }),
  current_image: z.string().nullish(),
});

/** Whether nobody's picture is being made. False where it cannot be told. */
export async function isIdle(task: Task, signal: AbortSignal): Promise<boolean> {
  return (await askMachine(task, signal, false))?.state.job_count === 0;
}

/** Whom to tell, and what is known from before. */
export interface ProgressWatch extends Pick<GenerationContext, "signal" | "onProgress"> {
  /** Whether the machine was idle: then what it does is taken for ours where it cannot tell tasks apart. */
  readonly wasIdle: boolean;
}

/** Tells of the progress until the signal aborts. Questions that fail are left out: the picture's own request knows. */
export async function watchProgress(task: Task, { signal, onProgress, wasIdle }: ProgressWatch): Promise<void> {
  let [seenPreview, highest] = [-1, 0];
  for (let question = 0; ; question += 1) {
    await task.pause(interval, signal);
    if (signal.aborted) return;
    const wanted = question % previewEvery === 0;
    const found = await askTask(task, signal, wanted ? seenPreview : null);
    const known = found !== null && (found.active || found.queued || found.completed);
    const progress = known ? ofTask(found) : wasIdle ? ofMachine(await askMachine(task, signal, wanted)) : null;
    if (signal.aborted) return;
    seenPreview = found?.id_live_preview ?? seenPreview;
    if (progress === null) continue;
    highest = Math.max(highest, progress.fraction ?? 0);
    onProgress({ ...progress, fraction: progress.fraction === null ? null : highest });
  }
}

/**
 * Stops the picture at the machine if it is the one that runs there. One that still waits in the machine's own line cannot be
 * taken back; a build that cannot tell tasks apart is not told to stop, because it might stop somebody else's.
 */
export async function interruptTask(task: Task): Promise<void> {
  // The caller's signal has aborted already; these two have a little time of their own.
  const signal = AbortSignal.timeout(stopping);
  const found = await askTask(task, signal, null);
  if (found?.active !== true) return;
  await askJson(task.http, task.api, { method: "POST", path: "/sdapi/v1/interrupt", body: {}, signal });
}

/** Milliseconds; well within what the caller waits after it has told us to stop. */
const stopping = 1_500;

async function askTask({ http, api, taskId }: Task, signal: AbortSignal, seenPreview: number | null) {
  const body = { id_task: taskId, id_live_preview: seenPreview ?? -1, live_preview: seenPreview !== null };
  const answer = await askJson(http, api, {
    method: "POST",
    path: "/internal/progress",
    body,
    signal,
    deadlineMs: 10_000,
  });
  return answer.ok && answer.status === 200 ? readAs(taskShape, answer) : null;
}

async function askMachine({ http, api }: Task, signal: AbortSignal, preview: boolean) {
  const path = `/sdapi/v1/progress?skip_current_image=${String(!preview)}`;
  const answer = await askJson(http, api, { path, signal, deadlineMs: 10_000 });
  return answer.ok && answer.status === 200 ? readAs(machineShape, answer) : null;
}

function ofTask({ active, queued, progress, live_preview }: z.output<typeof taskShape>): GenerationProgress | null {
  if (queued) return { fraction: null, phase: "Waiting for another picture to be finished" };
  return active ? painting(progress ?? 0, live_preview) : null;
}

function ofMachine(found: z.output<typeof machineShape> | null): GenerationProgress | null {
  return found === null || found.state.job_count === 0 ? null : painting(found.progress, found.current_image);
}

function painting(progress: number, picture: string | null | undefined): GenerationProgress {
  const preview = decodeBase64((picture ?? "").replace(/^data:[^,]*,/, ""));
  const fraction = Math.min(Math.max(progress, 0), 1);
  // Zero steps are done while the checkpoint is being loaded.
  const phase = fraction === 0 ? "Getting the model ready" : "Painting the picture";
  return { fraction, phase, ...(preview !== null && { preview }) };
}
