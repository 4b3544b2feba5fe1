import type { GenerationCost, ImageProvider } from "../image-providers/provider.ts";
import type { Clock } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
import type { IngestedImage } from "../infra/pictures/ingest-image.ts";
import type { Fallback } from "./choose-fallback.ts";
import type { ClaimedImage } from "./claim-image.ts";
import type { GenerationFailureClass } from "./failure-meaning.ts";
import { settledCost } from "./generation-cost.ts";
import { moveImage } from "./image-status.ts";
import { circuitAfter, type ProviderHealth } from "./queue/circuit.ts";
import { concurrencyOf } from "./queue/free-places.ts";
import { lockProvider } from "./queue/lock-provider.ts";
import { wakeNext } from "./queue/wake-next.ts";
import { wakeImages } from "./wake-images.ts";

/** How a generation ended. */
export type GenerationEnd =
  | {
      readonly kind: "GENERATED";
      readonly file: IngestedImage;
      readonly provenance: string;
      readonly seed: number | null;
      readonly cost: GenerationCost;
    }
  | GenerationFailed
  | GenerationRetried
  /** Somebody asked to stop it. `message` says what is known of the cost. */
  | { readonly kind: "CANCELLED"; readonly message: string; readonly cost: GenerationCost }
  /** The worker stops; somebody else shall go on. `cost` is null while a remote job runs on. */
  | { readonly kind: "INTERRUPTED"; readonly cost: { readonly kind: "NONE" } | null };

/** No picture, and nobody tries again by themselves. */
export interface GenerationFailed {
  readonly kind: "FAILED";
  readonly failure: GenerationFailureClass;
  /** What happened; what to do is told by the class. */
  readonly message: string;
  /** Absent: what the class says. */
  readonly retryable?: false;
  readonly cost: GenerationCost;
}

/** No picture yet: the same provider is asked once more, or another one. */
export interface GenerationRetried extends Omit<GenerationFailed, "kind"> {
  readonly kind: "RETRY";
  /** Null: at once. */
  readonly notBefore: Date | null;
  /** Null: the same provider. */
  readonly next: Fallback | null;
}

/** What settling touches. */
export interface SettleServices {
  readonly transact: Transact;
  readonly clock: Clock;
  readonly providers: ReadonlyMap<string, ImageProvider>;
}

/**
 * Writes how a generation ended: picture, attempt, event, what it says of the provider, and who comes next, in one transaction.
 * Answers false, and leaves the picture alone, when the claim was lost meanwhile.
 */
export async function settleImage(
  { transact, clock, providers }: SettleServices,
  image: ClaimedImage,
  end: GenerationEnd,
  health: ProviderHealth | null = null,
): Promise<boolean> {
  const now = clock.now();
  const concurrency = concurrencyOf(providers.get(image.provider));
  return transact(async (tx) => {
    const known = await lockProvider(tx, image.provider);
    const circuit =
      health === null
        ? known
        : circuitAfter(known, { imageId: image.id, health, startedAt: image.startedAt, endedAt: now });
    if (circuit !== known) await tx.providerCircuit.update({ where: { provider: image.provider }, data: circuit });
    const { to, data } = outcome(end, now);
    const settled = await moveImage(tx, { image, to, data: { phase: null, leaseUntil: null, ...data } });
    const where = { imageId: image.id, number: image.fence, outcome: "RUNNING" } as const;
    const cost = end.cost === null ? {} : settledCost(image.reserved, end.cost);
    await tx.generationAttempt.updateMany({ where, data: { finishedAt: now, ...attempt(end), ...cost } });
    // The job that runs this very code may hold the key: the queue then takes it away from that one, which ends anyway.
    if (settled && to === "PENDING") await wakeImages(tx, [image.id], data.notBefore ?? undefined);
    // NOTE All free places, not only this one: a wake-up that ran while none was free is gone.
    await wakeNext(tx, { name: image.provider, concurrency, circuit }, { now });
    return settled;
  });
}

const noFailure = { failureClass: null, failureMessage: null, failureRetryable: null };

function outcome(end: GenerationEnd, now: Date) {
  switch (end.kind) {
    case "GENERATED": {
      const { provenance, file, seed: returnedSeed } = end;
      const done = { progress: 1, generatedAt: now, provenance, returnedSeed, ...noFailure };
      return { to: "GENERATED" as const, data: { ...done, ...file } };
    }
    case "FAILED":
      return { to: "FAILED" as const, data: { ...failed(end), failureRetryable: end.retryable ?? null } };
    case "RETRY": {
      const { notBefore, next } = end;
      return { to: "PENDING" as const, data: { progress: 0, ...failed(end), notBefore, ...next } };
    }
    case "CANCELLED":
      return { to: "CANCELLED" as const, data: { failureClass: "cancelled", failureMessage: end.message } };
    case "INTERRUPTED":
      return { to: "PENDING" as const, data: { progress: 0, notBefore: null } };
  }
}

function attempt(end: GenerationEnd) {
  switch (end.kind) {
    case "GENERATED":
      return { outcome: "SUCCEEDED" as const };
    case "FAILED":
    case "RETRY":
      return { outcome: "FAILED" as const, ...failed(end) };
    case "CANCELLED":
      return { outcome: "CANCELLED" as const, failureClass: "cancelled", failureMessage: end.message };
    case "INTERRUPTED":
      return { outcome: "CANCELLED" as const };
  }
}

function failed({ failure, message }: { readonly failure: GenerationFailureClass; readonly message: string }) {
  return { failureClass: failure, failureMessage: message };
}
