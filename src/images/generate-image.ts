import type { ImageProvider } from "../image-providers/provider.ts";
import type { Clock } from "../infra/clock.ts";
import type { CrashPoint } from "../infra/crash-point.ts";
import type { Db, Transact } from "../infra/db.ts";
import { leaseEnd, withLease } from "../infra/lease.ts";
import type { Logger } from "../infra/log.ts";
import type { OutboundHttp } from "../infra/outbound-http.ts";
import type { ObjectStorage } from "../infra/storage.ts";
import { callProvider } from "./call-provider.ts";
import { type ClaimedImage, claimImage } from "./claim-image.ts";
import { endCancelled, endInterrupted } from "./end-early.ts";
import { ingestAnswer } from "./ingest-answer.ts";
import { readInputImage } from "./input-image.ts";
import { judgeFailure } from "./judge-failure.ts";
import { type LiveProgress, openLiveProgress } from "./live-progress.ts";
import { healthOf, type ProviderHealth } from "./queue/circuit.ts";
import { failOverWaiting } from "./queue/fail-over-waiting.ts";
import { type GenerationEnd, settleImage } from "./settle-image.ts";

/** What generating a picture touches. */
export interface GenerateImageServices {
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly providers: ReadonlyMap<string, ImageProvider>;
  readonly storage: ObjectStorage;
  readonly http: OutboundHttp;
  readonly crashPoint: CrashPoint;
}

/**
 * Makes one picture, which may be another one than the named one (see claim-image.ts): claim, call the provider, ingest the bytes, settle. Safe to run twice, late or never: the claim on the
 * row decides (see image-status.ts), and the sweep brings back what a dead process left.
 */
export async function generateImage(
  services: GenerateImageServices,
  imageId: string,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Logger },
): Promise<void> {
  const image = await claimImage(services, imageId);
  // Nothing to make; but it may be that its provider is left alone, and another one can.
  if (image === null) return await failOverWaiting(services, imageId);
  const { crashPoint } = services;
  await crashPoint("image:claimed");
  const progress = await openLiveProgress(services, image, { provider: services.providers.get(image.provider), log });
  const stopping = new AbortController();
  const renew = () => renewLease(services, image, () => stopping.abort(new Error("Somebody cancelled it.")));
  const { end, health } = await withLease({ signal, renew }, async (leased): Promise<Made> => {
    try {
      if (image.cancelRequested) {
        const unfinished = { remoteId: image.resumes, cost: { kind: "NONE" } } as const;
        return { end: await endCancelled(services, image, unfinished), health: null };
      }
      return await make(services, image, { leased, stopping: stopping.signal, progress, log });
    } finally {
      await progress.flush();
    }
  });
  await crashPoint("image:ingested");
  const settled = await settleImage(services, image, end, health);
  await progress.close();
  await crashPoint("image:settled");
  if (settled) return;
  log.warn({ imageId, fence: image.fence }, "the claim on the image was lost; its outcome is left to whoever holds it");
}

/** The picture to start from, or the end of the generation when it cannot be had. */
async function readStart(services: GenerateImageServices, image: ClaimedImage, log: Logger) {
  try {
    const start = await readInputImage(services, image);
    if (start.ok) return { kind: "READY", inputImage: start.inputImage } as const;
    return { kind: "FAILED", failure: "invalid_request", message: start.message, cost: { kind: "NONE" } } as const;
  } catch (error) {
    log.error({ err: error, imageId: image.id }, "the picture to start from could not be read");
    const message =
      "The picture to start from could not be read. Ask the operator to look at the storage, then try again.";
    return { kind: "FAILED", failure: "storage_error", message, cost: { kind: "NONE" } } as const;
  }
}

/** What ends the making of a picture early. */
interface MakingSignals {
  /** Aborts when the worker stops and when the picture is no longer ours. */
  readonly leased: AbortSignal;
  /** Aborts when somebody has cancelled the picture. */
  readonly stopping: AbortSignal;
  readonly progress: LiveProgress;
  readonly log: Logger;
}

/** How the making of a picture ended, and what that says of the provider; null where it says nothing. */
interface Made {
  readonly end: GenerationEnd;
  readonly health: ProviderHealth | null;
}

/** Calls the provider and ingests what it answers. */
async function make(
  services: GenerateImageServices,
  image: ClaimedImage,
  { leased, stopping, progress, log }: MakingSignals,
): Promise<Made> {
  const { crashPoint, http, providers } = services;
  // A job that is known has been given its picture already.
  const start =
    image.resumes === null ? await readStart(services, image, log) : ({ kind: "READY", inputImage: null } as const);
  if (start.kind === "FAILED") return { end: await judgeFailure(services, image, start), health: null };
  let remoteId = image.resumes;
  const onRemoteId = async (named: string) => {
    await crashPoint("image:submitted");
    await writeRemoteId(services, image, named);
    remoteId = named;
    await crashPoint("image:remote-id-stored");
  };
  const context = { signal: AbortSignal.any([leased, stopping]), onProgress: progress.report, onRemoteId, http };
  const provider = providers.get(image.provider);
  const outcome = await callProvider(provider, image, { context, log, inputImage: start.inputImage });
  await progress.flush();
  await crashPoint("image:provider-answered");
  // A finished picture is kept even when we are stopping, or shall stop: it may have cost money.
  if (outcome.ok) {
    const ingested = await ingestAnswer(services, image, outcome, log);
    const end = ingested.kind === "FAILED" ? await judgeFailure(services, image, ingested) : ingested;
    return { end, health: healthOf(outcome) };
  }
  const cost = outcome.cost ?? { kind: "UNKNOWN" };
  if (stopping.aborted) return { end: await endCancelled(services, image, { remoteId, cost }), health: null };
  if (leased.aborted) return { end: endInterrupted(image, { remoteId, cost }), health: null };
  const { failure, message, detail, retryable, retryAfter } = outcome;
  if (detail !== undefined) log.warn({ imageId: image.id, provider: image.provider, failure, detail }, "no picture");
  const end = await judgeFailure(services, image, {
    ...{ kind: "FAILED", failure, message, cost },
    ...(retryable === false && { retryable }),
    ...(retryAfter !== undefined && { retryAfter }),
  });
  return { end, health: provider === undefined ? null : healthOf(outcome) };
}

/** Part of the attempt, not of the picture: it holds whoever owns the picture by then. */
async function writeRemoteId({ transact }: GenerateImageServices, { id, fence }: ClaimedImage, remoteId: string) {
  await transact((tx) =>
    tx.generationAttempt.updateMany({ where: { imageId: id, number: fence }, data: { remoteId } }),
  );
}

/** Answers whether the picture is still ours; learns on the way whether somebody has cancelled it. */
async function renewLease(
  { transact, clock }: GenerateImageServices,
  { id, fence }: ClaimedImage,
  onCancel: () => void,
): Promise<boolean> {
  const [renewed] = await transact((tx) =>
    tx.image.updateManyAndReturn({
      where: { id, fence, status: "GENERATING" },
      data: { leaseUntil: leaseEnd(clock) },
      select: { cancelRequested: true },
    }),
  );
  if (renewed?.cancelRequested === true) onCancel();
  return renewed !== undefined;
}
