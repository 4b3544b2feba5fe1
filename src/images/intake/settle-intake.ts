import type { Image } from "../../generated/prisma/client.ts";
import type { Clock } from "../../infra/clock.ts";
import type { Transact } from "../../infra/db.ts";
import type { IngestedImage } from "../../infra/pictures/ingest-image.ts";
import { moveImage } from "../image-status.ts";
import { wakeIntake } from "./wake-intake.ts";

/** Why a picture could not be taken in: what was sent, the way to it, or our own storage. */
export type IntakeFailure = "unusable_file" | "unreachable" | "storage_error";

/** How an intake ended. CANCELLED: somebody asked to stop it. INTERRUPTED: the worker stops; somebody else shall go on. */
export type IntakeEnd =
  | { readonly kind: "TAKEN"; readonly file: IngestedImage }
  | { readonly kind: "FAILED"; readonly failure: IntakeFailure; readonly message: string }
  | { readonly kind: "CANCELLED" }
  | { readonly kind: "INTERRUPTED" };

/** Writes how an intake ended, with its event. Answers false, and writes nothing, when the claim was lost meanwhile. */
export async function settleIntake(
  { transact, clock }: { readonly transact: Transact; readonly clock: Clock },
  image: Image,
  end: IntakeEnd,
): Promise<boolean> {
  const released = { phase: null, leaseUntil: null };
  return transact(async (tx) => {
    switch (end.kind) {
      case "TAKEN": {
        const data = { ...released, ...end.file, progress: 1, generatedAt: clock.now() };
        return moveImage(tx, { image, to: "GENERATED", data });
      }
      case "FAILED": {
        const data = { ...released, failureClass: end.failure, failureMessage: end.message };
        return moveImage(tx, { image, to: "FAILED", data });
      }
      case "CANCELLED":
        return moveImage(tx, { image, to: "CANCELLED", data: released });
      case "INTERRUPTED": {
        const given = await moveImage(tx, { image, to: "PENDING", data: { ...released, progress: 0 } });
        if (given) await wakeIntake(tx, [image.id]);
        return given;
      }
    }
  });
}
