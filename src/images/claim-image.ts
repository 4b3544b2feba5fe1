import type { Image } from "../generated/prisma/client.ts";
import type { Clock } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
import { leaseEnd } from "../infra/lease.ts";
import { moveImage } from "./image-status.ts";

/** A picture that takes this many processes down with it goes to a person instead of round in circles. */
const maxCrashes = 3;

/** A claimed picture: its row as it is now. Only updates that name its `fence` are ours. */
export type ClaimedImage = Image & GenerationParameters;

/** What a picture is generated from; other pictures lack them. */
interface GenerationParameters {
  readonly provider: string;
  readonly model: string;
  readonly requestedWidth: number;
  readonly requestedHeight: number;
  readonly requestedSeed: number;
}

/** Whether a picture is one that is generated here, with all that it takes. */
const isGenerated = (image: Image): image is ClaimedImage =>
  [image.provider, image.model, image.requestedWidth, image.requestedHeight, image.requestedSeed].every(
    (value) => value !== null,
  );

/**
 * Takes a picture for generation: it is GENERATING, leased to the caller under a fresh fence, and its attempt is on record.
 * Answers null when there is nothing to do: gone, finished, cancelled, or leased to a live process.
 */
export async function claimImage(
  { transact, clock }: { transact: Transact; clock: Clock },
  imageId: string,
): Promise<ClaimedImage | null> {
  return transact(async (tx) => {
    const image = await tx.image.findUnique({ where: { id: imageId } });
    if (image === null || !isGenerated(image)) return null;
    const abandoned = image.status === "GENERATING" && (image.leaseUntil === null || image.leaseUntil < clock.now());
    if (image.status !== "PENDING" && !abandoned) return null;

    const lost = { outcome: "LOST", finishedAt: clock.now() } as const;
    // An attempt that still says RUNNING without a live lease died; those that a stopping worker gave back do not count.
    const crashes = await tx.generationAttempt.count({ where: { imageId, outcome: { in: ["LOST", "RUNNING"] } } });
    if (crashes >= maxCrashes) {
      const failureMessage = `The picture was started ${crashes} times and every time the process that made it died. Ask again, perhaps for a smaller picture.`;
      const data = { failureClass: "provider_error", failureMessage, leaseUntil: null };
      if (await moveImage(tx, { image, to: "FAILED", data })) {
        await tx.generationAttempt.updateMany({ where: { imageId, outcome: "RUNNING" }, data: lost });
      }
      return null;
    }

    const claim = { fence: image.fence + 1, leaseUntil: leaseEnd(clock), phase: "Starting", progress: 0 };
    if (!(await moveImage(tx, { image, to: "GENERATING", data: claim }))) return null;
    await tx.generationAttempt.updateMany({ where: { imageId, outcome: "RUNNING" }, data: lost });
    const { provider, model, workspaceId, requestedWidth: width, requestedHeight: height } = image;
    await tx.generationAttempt.create({
      data: { imageId, workspaceId, number: claim.fence, provider, model, width, height, startedAt: clock.now() },
    });
    return { ...image, ...claim, status: "GENERATING" };
  });
}
