import type { GenerationAttempt, Image } from "../generated/prisma/client.ts";
import type { ImageProvider } from "../image-providers/provider.ts";
import type { Clock } from "../infra/clock.ts";
import type { Transact, Tx } from "../infra/db.ts";
import { leaseEnd } from "../infra/lease.ts";
import { isFree, type ReservedCost, reserveCost, settledCost } from "./generation-cost.ts";
import { moveImage } from "./image-status.ts";
import { concurrencyOf, freePlaces } from "./queue/free-places.ts";
import { lockProvider } from "./queue/lock-provider.ts";
import { nextInOrder, recordTurn } from "./queue/next-in-order.ts";

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
  /** When this attempt began. */
  readonly startedAt: Date;
  /** The remote job of an earlier attempt that this one goes on with; null where the provider is to be asked anew. */
  readonly resumes: string | null;
  /** What the attempt is expected to cost. */
  readonly reserved: ReservedCost;
}

/** A picture that is generated here, with all that it takes. */
export type GeneratedImage = Image & {
  readonly provider: string;
  readonly model: string;
  readonly requestedWidth: number;
  readonly requestedHeight: number;
  readonly requestedSeed: number;
};

/** Whether a picture is one that is generated here. */
export const isGenerated = (image: Image): image is GeneratedImage =>
  [image.provider, image.model, image.requestedWidth, image.requestedHeight, image.requestedSeed].every(
    (value) => value !== null,
  );

/** Of dead processes' pictures that have to be ended, so many at a time; the sweep finds the others. */
const mostEndedAtOnce = 20;

/**
 * Takes a picture for generation: it is GENERATING, leased to the caller under a fresh fence, and its attempt is on record. The
 * named picture says which provider has work; the one that is taken is that provider's next in order (queue/next-in-order.ts),
 * whichever it is. Only one that somebody has cancelled, and whose remote job is to be stopped, is taken out of order.
 * Answers null when there is nothing to do: all places of the provider are taken, it is left alone, or nothing is due.
 *
 * What a dead process left is never simply asked for again. A remote job whose id is stored is gone on with; without one, the
 * request may have left, so that a picture that costs something fails, in words, and a free one is made again.
 */
export async function claimImage(
  { transact, clock, providers }: ClaimServices,
  imageId: string,
): Promise<ClaimedImage | null> {
  return transact(async (tx) => {
    const named = await tx.image.findUnique({ where: { id: imageId }, select: { provider: true } });
    if (named === null || named.provider === null) return null;
    const name = named.provider;
    const now = clock.now();
    const circuit = await lockProvider(tx, name);
    const turn = { tx, now, provider: providers.get(name), leaseUntil: leaseEnd(clock) };
    const stopped = await tx.image.findFirst({ where: { id: imageId, provider: name, cancelRequested: true } });
    if (stopped !== null && isDue(stopped, now)) return take(turn, stopped);
    const free = await freePlaces(tx, { name, concurrency: concurrencyOf(turn.provider), circuit }, now);
    if (free === 0) return null;
    for (let ended = 0; ended < mostEndedAtOnce; ended += 1) {
      const [nextId] = await nextInOrder(tx, { provider: name, now, most: 1, lock: true });
      if (nextId === undefined) return null;
      const claimed = await take(turn, await tx.image.findUniqueOrThrow({ where: { id: nextId } }));
      if (claimed !== null) return claimed;
    }
    return null;
  });
}

/** A place at a provider, to be filled. */
interface Turn {
  readonly tx: Tx;
  readonly now: Date;
  /** Absent: no longer configured, which is found out, and told, by calling it. */
  readonly provider: ImageProvider | undefined;
  readonly leaseUntil: Date;
}

const isAbandoned = ({ status, leaseUntil }: Image, now: Date) =>
  status === "GENERATING" && (leaseUntil === null || leaseUntil < now);

const isDue = (image: Image, now: Date) =>
  isAbandoned(image, now) || (image.status === "PENDING" && (image.notBefore === null || image.notBefore <= now));

/** Claims one picture; null when there is nothing to do for it any more. */
async function take({ tx, now, provider, leaseUntil }: Turn, image: Image): Promise<ClaimedImage | null> {
  if (!isGenerated(image)) return null;
  const last = await tx.generationAttempt.findFirst({ where: { imageId: image.id }, orderBy: { number: "desc" } });
  const claim = { tx, image, now, reserved: reserveCost(image, provider), resumes: resumableJob(last, provider) };
  if (isAbandoned(image, now)) return (await giveUp(claim)) ? null : begin(claim, leaseUntil);
  const begun = await begin(claim, leaseUntil);
  if (begun !== null) await recordTurn(tx, image.provider, image.workspaceId);
  return begun;
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
  return { ...image, ...claim, status: "GENERATING", startedAt: now, resumes, reserved };
}
