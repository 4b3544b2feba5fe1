/** Calls a provider as the worker does, and keeps what it tells. */
import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import type { Test } from "tap";
import type {
  GenerationContext,
  GenerationOutcome,
  GenerationProgress,
  GenerationRequest,
} from "../../src/image-providers/provider.ts";
import type { Pause } from "../../src/infra/pause.ts";
import { client } from "./outbound.ts";

/** Time that does not pass: waiting lasts one turn of the event loop, and `waits` keeps how long it would have been. */
export function standingTime(): { readonly pause: Pause; readonly waits: number[] } {
  const waits: number[] = [];
  const pause: Pause = async (milliseconds) => {
    waits.push(milliseconds);
    await setImmediate();
  };
  return { pause, waits };
}

/** A wait that only an abort ends. */
export const untilAborted: Pause = async (_milliseconds, signal) => {
  if (!signal.aborted) await once(signal, "abort");
};

/** A request within everybody's limits. */
export function pictureRequest(change: Partial<GenerationRequest> & { model: string }): GenerationRequest {
  return { prompt: "a lighthouse at dusk", negativePrompt: "", width: 64, height: 64, seed: 7, ...change };
}

/** A context, and what was told through it. */
export interface WatchedCall {
  readonly context: GenerationContext;
  readonly told: GenerationProgress[];
  readonly remoteIds: string[];
  readonly abort: () => void;
}

/** Makes one; `change` takes the place of its parts. */
export function watchedCall(t: Test, change: Partial<GenerationContext> = {}): WatchedCall {
  const controller = new AbortController();
  const told: GenerationProgress[] = [];
  const remoteIds: string[] = [];
  const context: GenerationContext = {
    ...{ signal: controller.signal, http: client(t), onProgress: (progress) => void told.push(progress) },
    onRemoteId: async (remoteId) => void remoteIds.push(remoteId),
    ...change,
  };
  return { context, told, remoteIds, abort: () => controller.abort() };
}

/** The bytes of an outcome that must be a picture. */
export function pictureOf(outcome: GenerationOutcome): Buffer {
  if (!outcome.ok) throw new Error(`No picture: ${outcome.failure}, ${outcome.message} (${outcome.detail ?? ""})`);
  return outcome.bytes;
}

/** Fractions that were told and known. */
export function fractionsOf(told: readonly GenerationProgress[]): number[] {
  return told.flatMap(({ fraction }) => fraction ?? []);
}
