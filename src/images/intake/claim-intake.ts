import type { Image } from "../../generated/prisma/client.ts";
import type { Clock } from "../../infra/clock.ts";
import type { Transact } from "../../infra/db.ts";
import { leaseEnd } from "../../infra/lease.ts";
import { moveImage } from "../image-status.ts";

/** A picture whose intake was begun this often and never ended is not begun again: it may be what kills the process. */
const mostStarts = 5;

/** What claiming touches. */
interface ClaimServices {
  readonly transact: Transact;
  readonly clock: Clock;
}

/**
 * Takes a picture from outside for intake: it is GENERATING, leased to the caller under a fresh fence. Answers null when there is
 * nothing to do: gone, finished, cancelled, leased to a live process, or generated here.
 */
export async function claimIntake({ transact, clock }: ClaimServices, imageId: string): Promise<Image | null> {
  return transact(async (tx) => {
    const image = await tx.image.findUnique({ where: { id: imageId } });
    if (image === null || image.origin === "GENERATED") return null;
    const abandoned = image.status === "GENERATING" && (image.leaseUntil === null || image.leaseUntil < clock.now());
    if (image.status !== "PENDING" && !abandoned) return null;
    if (image.cancelRequested) {
      await moveImage(tx, { image, to: "CANCELLED", data: { leaseUntil: null, phase: null } });
      return null;
    }
    if (image.fence >= mostStarts) {
      const failureMessage = `Taking the picture in was begun ${image.fence} times and never came to its end. Save it smaller, then send it again.`;
      await moveImage(tx, {
        image,
        to: "FAILED",
        data: { failureClass: "unusable_file", failureMessage, leaseUntil: null, phase: null },
      });
      return null;
    }
    const phase = image.origin === "IMPORTED" ? "Fetching the picture" : "Checking the picture";
    const claim = { fence: image.fence + 1, leaseUntil: leaseEnd(clock), phase, progress: 0 };
    if (!(await moveImage(tx, { image, to: "GENERATING", data: claim }))) return null;
    return { ...image, ...claim, status: "GENERATING" };
  });
}

/** Keeps a claimed picture for the caller. False when it is somebody else's by now. `onCancel`: somebody has cancelled it. */
export async function renewIntake(
  { transact, clock }: ClaimServices,
  { id, fence }: Image,
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
