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
 * Makes one picture: claim, call the provider, ingest the bytes, settle. Safe to run twice, late or never: the claim on the
 * row decides (see image-status.ts), and the sweep brings back what a dead process left.
 */
export async function generateImage(
  services: GenerateImageServices,
  imageId: string,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Logger },
): Promise<void> {
  const image = await claimImage(services, imageId);
  if (image === null) return;
  const { crashPoint } = services;
  await crashPoint("image:claimed");
  const progress = await openLiveProgress(services, image, { provider: services.providers.get(image.provider), log });
  const stopping = new AbortController();
  const renew = () => renewLease(services, image, () => stopping.abort(new Error("Somebody cancelled it.")));
  const end = await withLease({ signal, renew }, async (leased) => {
    try {
      if (image.cancelRequested) {
        return await endCancelled(services, image, { remoteId: image.resumes, cost: { kind: "NONE" } });
      }
      return await make(services, image, { leased, stopping: stopping.signal, progress, log });
    } finally {
      await progress.flush();
    }
  });
  await crashPoint("image:ingested");
  const settled = await settleImage(services, image, end);
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

/** Calls the provider and ingests what it answers. */
async function make(
  services: GenerateImageServices,
  image: ClaimedImage,
  { leased, stopping, progress, log }: MakingSignals,
): Promise<GenerationEnd> {
  const { crashPoint, http, providers } = services;
  // A job that is known has been given its picture already.
  const start =
    image.resumes === null ? await readStart(services, image, log) : ({ kind: "READY", inputImage: null } as const);
  if (start.kind === "FAILED") return judgeFailure(services, image, start);
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
    return ingested.kind === "FAILED" ? judgeFailure(services, image, ingested) : ingested;
  }
  const cost = outcome.cost ?? { kind: "UNKNOWN" };
  if (stopping.aborted) return endCancelled(services, image, { remoteId, cost });
  if (leased.aborted) return endInterrupted(image, { remoteId, cost });
  const { failure, message, detail, retryable, retryAfter } = outcome;
  if (detail !== undefined) log.warn({ imageId: image.id, provider: image.provider, failure, detail }, "no picture");
  return judgeFailure(services, image, {
    ...{ kind: "FAILED", failure, message, cost },
    ...(retryable === false && { retryable }),
    ...(retryAfter !== undefined && { retryAfter }),
  });
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
