import { failureClasses } from "../image-providers/failure-class.ts";
import { type GenerationOutcome, type ImageProvider, maxPictureBytes } from "../image-providers/provider.ts";
import type { Clock } from "../infra/clock.ts";
import type { CrashPoint } from "../infra/crash-point.ts";
import type { Transact } from "../infra/db.ts";
import { leaseEnd, withLease } from "../infra/lease.ts";
import type { Logger } from "../infra/log.ts";
import type { OutboundHttp } from "../infra/outbound-http.ts";
import { ingestImage } from "../infra/pictures/ingest-image.ts";
import type { ObjectStorage } from "../infra/storage.ts";
import { callProvider } from "./call-provider.ts";
import { type ClaimedImage, claimImage } from "./claim-image.ts";
import { readInputImage } from "./input-image.ts";
import { openLiveProgress } from "./live-progress.ts";
import { type GenerationEnd, settleImage } from "./settle-image.ts";

/** What generating a picture touches. */
export interface GenerateImageServices {
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
  const { crashPoint, http, providers } = services;
  await crashPoint("image:claimed");
  const progress = await openLiveProgress(services, image, { provider: providers.get(image.provider), log });
  const renew = () => renewLease(services, image);
  const end = await withLease({ signal, renew }, async (leased) => {
    try {
      const onRemoteId = (remoteId: string) => writeRemoteId(services, image, remoteId);
      const start = await readStart(services, image, log);
      if (start.kind === "FAILED") return start;
      const context = { signal: leased, onProgress: progress.report, onRemoteId, http };
      const outcome = await callProvider(providers.get(image.provider), image, {
        ...{ context, log, inputImage: start.inputImage },
      });
      await progress.flush();
      await crashPoint("image:provider-answered");
      // A finished picture is kept even when we are stopping: it may have cost money.
      if (!outcome.ok && leased.aborted) return { kind: "INTERRUPTED" } as const;
      return await finish(services, image, outcome, log);
    } finally {
      await progress.flush();
    }
  });
  await crashPoint("image:ingested");
  const settled = await settleImage(services, image, end);
  await progress.close();
  if (settled) return;
  log.warn({ imageId, fence: image.fence }, "the claim on the image was lost; its outcome is left to whoever holds it");
}

/** The picture to start from, or the end of the generation when it cannot be had. */
async function readStart(services: GenerateImageServices, image: ClaimedImage, log: Logger) {
  try {
    const start = await readInputImage(services, image);
    if (start.ok) return { kind: "READY", inputImage: start.inputImage } as const;
    return { kind: "FAILED", failure: "invalid_request", message: start.message } as const;
  } catch (error) {
    log.error({ err: error, imageId: image.id }, "the picture to start from could not be read");
    const message =
      "The picture to start from could not be read. Ask the operator to look at the storage, then try again.";
    return { kind: "FAILED", failure: "storage_error", message } as const;
  }
}

/** Turns the provider's answer into the end of the generation; stores the file before any row points at it. */
async function finish(
  { storage, providers }: GenerateImageServices,
  image: ClaimedImage,
  outcome: GenerationOutcome,
  log: Logger,
): Promise<GenerationEnd> {
  if (!outcome.ok) {
    const { failure, message, detail, retryable } = outcome;
    if (detail !== undefined) log.warn({ imageId: image.id, provider: image.provider, failure, detail }, "no picture");
    const advice = retryable === false ? "Asking again, unchanged, will not help." : failureClasses[failure].advice;
    return { kind: "FAILED", failure, message: `${message} ${advice}` };
  }
  const provenance = providers.get(image.provider)?.digitalSourceType ?? "trainedAlgorithmicMedia";
  const ingest = { bytes: outcome.bytes, maxBytes: maxPictureBytes, provenance };
  const ingested = await ingestImage({ storage }, ingest).catch((error: unknown) => {
    log.error({ err: error, imageId: image.id }, "a generated image could not be stored");
    return null;
  });
  if (ingested === null) {
    const message =
      "The picture was made but could not be stored. Ask the operator to look at the storage, then try again.";
    return { kind: "FAILED", failure: "storage_error", message };
  }
  if (!ingested.ok) {
    const message = `The provider's answer is no usable picture. ${ingested.message} ${failureClasses.bad_output.advice}`;
    return { kind: "FAILED", failure: "bad_output", message };
  }
  return { kind: "GENERATED", file: ingested.image, provenance, seed: outcome.seed };
}

/** Part of the attempt, not of the picture: it holds whoever owns the picture by then. */
async function writeRemoteId({ transact }: GenerateImageServices, { id, fence }: ClaimedImage, remoteId: string) {
  await transact((tx) =>
    tx.generationAttempt.updateMany({ where: { imageId: id, number: fence }, data: { remoteId } }),
  );
}

async function renewLease({ transact, clock }: GenerateImageServices, { id, fence }: ClaimedImage): Promise<boolean> {
  return transact(async (tx) => {
    const renewed = await tx.image.updateMany({
      where: { id, fence, status: "GENERATING" },
      data: { leaseUntil: leaseEnd(clock) },
    });
    return renewed.count === 1;
  });
}
