import type { GenerationAttempt, Image } from "../generated/prisma/client.ts";
import type { ImageProvider } from "../image-providers/provider.ts";
import type { Clock } from "../infra/clock.ts";
import type { Transact, Tx } from "../infra/db.ts";
import { leaseEnd } from "../infra/lease.ts";
import { isFree, type ReservedCost, reserveCost, settledCost } from "./generation-cost.ts";
import { moveImage } from "./image-status.ts";

/** A picture that takes this many processes down with it goes to a person instead of round in circles. */
const maxCrashes = 3;

/** What claiming touches. */
export interface ClaimServices {
  readonly transact: Transact;
  readonly clock: Clock;
  readonly providers: ReadonlyMap<string, ImageProvider>;
}

/** A claimed picture: its row as it is now. Only updates that name its `fence` are ours. */
export interface ClaimedImage extends GeneratedImage {
  /** The remote job of an earlier attempt that this one goes on with; null where the provider is to be asked anew. */
  readonly resumes: string | null;
  /** What the attempt is expected to cost. */
  readonly reserved: ReservedCost;
}

/** A picture that is generated here, with all that it takes. */
type GeneratedImage = Image & {
  readonly provider: string;
  readonly model: string;
  readonly requestedWidth: number;
  readonly requestedHeight: number;
  readonly requestedSeed: number;
};

const isGenerated = (image: Image): image is GeneratedImage =>
  [image.provider, image.model, image.requestedWidth, image.requestedHeight, image.requestedSeed].every(
    (value) => value !== null,
  );

/**
 * Takes a picture for generation: it is GENERATING, leased to the caller under a fresh fence, and its attempt is on record.
 * Answers null when there is nothing to do: gone, finished, cancelled, not due, or leased to a live process.
 *
 * What a dead process left is never simply asked for again. A remote job whose id is stored is gone on with; without one, the
 * request may have left, so that a picture that costs something fails, in words, and a free one is made again.
 */
export async function claimImage(
  { transact, clock, providers }: ClaimServices,
  imageId: string,
): Promise<ClaimedImage | null> {
  return transact(async (tx) => {
    const image = await tx.image.findUnique({ where: { id: imageId } });
    if (image === null || !isGenerated(image)) return null;
    const now = clock.now();
    const abandoned = image.status === "GENERATING" && (image.leaseUntil === null || image.leaseUntil < now);
    if (image.status !== "PENDING" && !abandoned) return null;
    // A wake-up of before, or a queue whose clock is ahead of ours: the sweep wakes it when its time has come.
    if (image.notBefore !== null && image.notBefore > now) return null;
    const last = await tx.generationAttempt.findFirst({ where: { imageId }, orderBy: { number: "desc" } });
    const provider = providers.get(image.provider);
    const claim = { tx, image, now, reserved: reserveCost(image, provider), resumes: resumableJob(last, provider) };
    if (abandoned && (await giveUp(claim))) return null;
    return begin(claim, leaseEnd(clock));
  });
}

interface Claim {
  readonly tx: Tx;
  readonly image: GeneratedImage;
  readonly now: Date;
  readonly reserved: ReservedCost;
  readonly resumes: string | null;
}

/** The remote job of an attempt that nobody has brought to its end: its process died, or stopped and gave it back. */
function resumableJob(last: GenerationAttempt | null, provider: ImageProvider | undefined): string | null {
  if (last === null || provider?.resume === undefined || last.provider !== provider.name) return null;
  const open = last.outcome === "RUNNING" || (last.outcome === "CANCELLED" && last.costState === "RESERVED");
  return open ? last.remoteId : null;
}

/** Ends what a dead process left and nobody may go on with. Answers whether it did. */
async function giveUp({ tx, image, now, reserved, resumes }: Claim): Promise<boolean> {
  // An attempt that still says RUNNING without a live lease died; those that a stopping worker gave back do not count.
  const died = { imageId: image.id, outcome: { in: ["LOST" as const, "RUNNING" as const] } };
  const crashes = await tx.generationAttempt.count({ where: died });
  const end = endOfAbandoned({ image, crashes, goesOn: resumes !== null || isFree(reserved) });
  if (end === null) return false;
  if (await moveImage(tx, { image, to: end.to, data: { ...end.data, phase: null, leaseUntil: null } })) {
    await tx.generationAttempt.updateMany({
      where: { imageId: image.id, outcome: "RUNNING" },
      data: { outcome: "LOST", finishedAt: now, ...settledCost(reserved, { kind: "UNKNOWN" }) },
    });
  }
  return true;
}

function endOfAbandoned({
  image,
  crashes,
  goesOn,
}: {
  readonly image: GeneratedImage;
  readonly crashes: number;
  /** Whether trying on costs nothing more: there is a remote job, or making it again is free. */
  readonly goesOn: boolean;
}) {
  const charged = "The picture may have been made, and charged, all the same.";
  if (!goesOn) {
    const died = "The process that waited for the picture died before the answer was written down.";
    const failureMessage = `${died} ${charged}`;
    return image.cancelRequested
      ? ({ to: "CANCELLED", data: { failureClass: "cancelled", failureMessage } } as const)
      : ({ to: "FAILED", data: { failureClass: "timeout", failureMessage } } as const);
  }
  if (crashes < maxCrashes) return null;
  const failureMessage = `The picture was started ${crashes} times and every time the process that made it died. A smaller picture may help.`;
  return { to: "FAILED", data: { failureClass: "provider_error", failureMessage } } as const;
}

async function begin({ tx, image, now, reserved, resumes }: Claim, leaseUntil: Date): Promise<ClaimedImage | null> {
  const claim = { fence: image.fence + 1, leaseUntil, notBefore: null, phase: "Starting", progress: 0 };
  if (!(await moveImage(tx, { image, to: "GENERATING", data: claim }))) return null;
  const { id: imageId, provider, model, workspaceId, requestedWidth: width, requestedHeight: height } = image;
  // The job goes on under a number of its own: what it costs is told there, once.
  const nothing = { costState: "NONE", cost: null, currency: null } as const;
  const handedOver = { imageId, outcome: "CANCELLED", costState: "RESERVED" } as const;
  await tx.generationAttempt.updateMany({ where: handedOver, data: nothing });
  const lost = { outcome: "LOST", finishedAt: now, ...nothing } as const;
  await tx.generationAttempt.updateMany({ where: { imageId, outcome: "RUNNING" }, data: lost });
  const names = { imageId, workspaceId, number: claim.fence, provider, model, remoteId: resumes };
  await tx.generationAttempt.create({ data: { ...names, width, height, startedAt: now, ...reserved } });
  return { ...image, ...claim, status: "GENERATING", resumes, reserved };
}
