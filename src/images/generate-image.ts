import { failureClasses, type GenerationOutcome, type ImageProvider } from "../image-providers/provider.ts";
import type { Clock } from "../infra/clock.ts";
import type { CrashPoint } from "../infra/crash-point.ts";
import type { Transact } from "../infra/db.ts";
import { recordEvents } from "../infra/events.ts";
import { leaseEnd, withLease } from "../infra/lease.ts";
import type { Logger } from "../infra/log.ts";
import type { OutboundHttp } from "../infra/outbound-http.ts";
import type { ObjectStorage } from "../infra/storage.ts";
import { type ClaimedImage, claimImage } from "./claim-image.ts";
import { imageTopic } from "./image-status.ts";
import { ingestImage } from "./ingest-image.ts";
import { createProgressReporter } from "./progress-reporter.ts";
import { type GenerationEnd, settleImage } from "./settle-image.ts";

/** Largest picture a provider may answer with, in bytes. */
const maxProviderBytes = 32 * 1024 * 1024;

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
  await services.crashPoint("image:claimed");
  const progress = createProgressReporter((value) => writeProgress(services, image, value));
  const renew = () => renewLease(services, image);
  const end = await withLease({ signal, renew }, async (leased) => {
    const outcome = await callProvider(
      services,
      image,
      { signal: leased, onProgress: progress.report, http: services.http },
      log,
    );
    await progress.flush();
    await services.crashPoint("image:provider-answered");
    return leased.aborted ? ({ kind: "INTERRUPTED" } as const) : finish(services, image, outcome);
  });
  await services.crashPoint("image:ingested");
  const settled = await settleImage(services, image, end);
  if (!settled)
    log.warn(
      { imageId, fence: image.fence },
      "the claim on the image was lost; its outcome is left to whoever holds it",
    );
}

async function callProvider(
  { providers }: GenerateImageServices,
  image: ClaimedImage,
  context: Parameters<ImageProvider["generate"]>[1],
  log: Logger,
): Promise<GenerationOutcome> {
  const provider = providers.get(image.provider);
  if (provider === undefined) {
    const message = `The image provider "${image.provider}" is no longer configured on this server. Choose another one.`;
    return { ok: false, failure: "provider_unavailable", message };
  }
  const {
    promptSent: prompt,
    negativePrompt,
    model,
    requestedWidth: width,
    requestedHeight: height,
    requestedSeed: seed,
  } = image;
  try {
    return await provider.generate({ prompt, negativePrompt, model, width, height, seed }, context);
  } catch (error) {
    // A provider that throws is a bug of ours: logged whole, told without its text.
    log.error({ err: error, imageId: image.id, provider: image.provider }, "the image provider threw");
    return {
      ok: false,
      failure: "provider_error",
      message: `${provider.label} failed unexpectedly. Try again; the operator finds the reason in the log.`,
    };
  }
}

/** Turns the provider's answer into the end of the generation; stores the file before any row points at it. */
async function finish(
  { storage, providers }: GenerateImageServices,
  image: ClaimedImage,
  outcome: GenerationOutcome,
): Promise<GenerationEnd> {
  if (!outcome.ok) {
    const advice = failureClasses[outcome.failure].retryable ? " Trying again may help." : "";
    return { kind: "FAILED", failure: outcome.failure, message: `${outcome.message}${advice}` };
  }
  const provenance = providers.get(image.provider)?.digitalSourceType ?? "trainedAlgorithmicMedia";
  const ingested = await ingestImage({ storage }, { bytes: outcome.bytes, maxBytes: maxProviderBytes, provenance });
  if (!ingested.ok)
    return {
      kind: "FAILED",
      failure: "bad_output",
      message: `The provider's answer is no usable picture. ${ingested.message}`,
    };
  return { kind: "GENERATED", file: ingested.image, provenance, seed: outcome.seed };
}

async function writeProgress(
  { transact }: GenerateImageServices,
  image: ClaimedImage,
  { fraction, phase }: { fraction: number; phase: string },
) {
  const { id, workspaceId, fence } = image;
  await transact(async (tx) => {
    const [written] = await tx.image.updateManyAndReturn({
      where: { id, fence, status: "GENERATING" },
      data: { progress: fraction, phase },
      select: { statusVersion: true },
    });
    if (written === undefined) return;
    await recordEvents(tx, [
      { workspaceId, topic: imageTopic, entityId: id, kind: "PROGRESS", version: written.statusVersion },
    ]);
  });
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
