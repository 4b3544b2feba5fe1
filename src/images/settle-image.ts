import type { FailureClass } from "../image-providers/failure-class.ts";
import type { Clock } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
import type { ClaimedImage } from "./claim-image.ts";
import { moveImage } from "./image-status.ts";
import type { IngestedImage } from "./ingest-image.ts";
import { wakeImages } from "./wake-images.ts";

/** How a generation ended. INTERRUPTED: the worker stops; somebody else shall go on. */
export type GenerationEnd =
  | {
      readonly kind: "GENERATED";
      readonly file: IngestedImage;
      readonly provenance: string;
      readonly seed: number | null;
    }
  | { readonly kind: "FAILED"; readonly failure: FailureClass | "storage_error"; readonly message: string }
  | { readonly kind: "INTERRUPTED" };

/**
 * Writes how a generation ended: picture, attempt and event in one transaction. Answers false, and writes nothing but the
 * attempt, when the claim was lost meanwhile.
 */
export async function settleImage(
  { transact, clock }: { transact: Transact; clock: Clock },
  image: ClaimedImage,
  end: GenerationEnd,
): Promise<boolean> {
  const now = clock.now();
  return transact(async (tx) => {
    const settled = await moveImage(tx, { image, ...outcome(end, now) });
    const where = { imageId: image.id, number: image.fence, outcome: "RUNNING" } as const;
    await tx.generationAttempt.updateMany({ where, data: { finishedAt: now, ...attempt(end) } });
    // The job that runs this very code may hold the key: the queue then takes it away from that one, which ends anyway.
    if (settled && end.kind === "INTERRUPTED") await wakeImages(tx, [image.id]);
    return settled;
  });
}

function outcome(end: GenerationEnd, now: Date) {
  switch (end.kind) {
    case "GENERATED": {
      const { provenance, file } = end;
      const done = { phase: null, progress: 1, leaseUntil: null, generatedAt: now };
      return { to: "GENERATED" as const, data: { ...done, ...file, provenance, returnedSeed: end.seed } };
    }
    case "FAILED":
      return {
        to: "FAILED" as const,
        data: { phase: null, leaseUntil: null, failureClass: end.failure, failureMessage: end.message },
      };
    case "INTERRUPTED":
      return { to: "PENDING" as const, data: { phase: null, progress: 0, leaseUntil: null } };
  }
}

function attempt(end: GenerationEnd) {
  switch (end.kind) {
    case "GENERATED":
      return { outcome: "SUCCEEDED" as const };
    case "FAILED":
      return { outcome: "FAILED" as const, failureClass: end.failure, failureMessage: end.message };
    case "INTERRUPTED":
      return { outcome: "CANCELLED" as const };
  }
}
