import type { Image } from "../../generated/prisma/client.ts";
import type { PlannedGeneration } from "../../images/plan-generation.ts";
import { lockRoom } from "../../images/queue/require-room.ts";
import { planAgain } from "../../images/regenerate-image.ts";
import { addMilliseconds } from "../../infra/clock.ts";
import type { Db, Transact, Tx } from "../../infra/db.ts";
import { DomainError } from "../../infra/errors.ts";
import { type LockedPost, lockPost } from "../find-post.ts";
import type { TargetWithContent } from "../post-content.ts";
import { heldBackImages } from "../review-gate.ts";
import { type SchedulingServices, scheduleAwaited } from "../schedule-targets.ts";
import { moveTarget } from "../target-status.ts";
import { giveUp } from "./give-up.ts";
import { type PostImageServices, writePostImage } from "./plan-images.ts";

/** What following touches. */
export interface FollowImagesServices extends SchedulingServices, Omit<PostImageServices, "config"> {
  readonly db: Db;
  readonly transact: Transact;
  readonly config: SchedulingServices["config"] &
    PostImageServices["config"] & { readonly PUBLISH_GRACE_MINUTES: number };
}

/**
 * Goes on with a post that waits for pictures. All of them may go out: it is scheduled at the time it holds. One failed or was refused: it is made
 * anew while there are tries left, then people are told and the post waits for them. The time has passed: it is MISSED and says why. Safe to run
 * twice, and for a post that waits for nothing.
 */
export async function followAwaitedImages(services: FollowImagesServices, postId: string): Promise<void> {
  const { db } = services;
  const waits = await db.postTarget.findFirst({
    where: { postId, status: "AWAITING_IMAGES" },
    select: { workspaceId: true },
  });
  if (waits === null) return;
  const plans = await planSpent(services, postId);
  await services.transact(async (tx) => {
    if (plans.size > 0) await lockRoom(tx, waits.workspaceId);
    const post = await lockPost(tx, postId);
    if (post === null) return;
    const targets = await endLate(tx, services, post);
    if (targets.length === 0) return;
    const given = await renewSpent(tx, services, postId, plans);
    if (given.length > 0) return giveUp(tx, targets, given.join(" "));
    const [target] = targets;
    if (target === undefined || heldBackImages(target.post).length > 0) return;
    const refused = await scheduleAwaited(tx, services, post, targets);
    for (const { target: one, message } of refused) await giveUp(tx, [one], message);
    if (refused.length === 0)
      await tx.postImage.updateMany({ where: { postId, awaited: true }, data: { awaited: false } });
  });
}

const isSpent = ({ status, reviewState, trashedAt }: Image): boolean =>
  status === "FAILED" || status === "CANCELLED" || reviewState === "REJECTED" || trashedAt !== null;

/** What became of asking for a picture anew: a plan, or why there is none. */
type Renewal = PlannedGeneration | string;

/** Plans spent pictures anew, by their ids; the provider is asked, so not inside a transaction. */
async function planSpent(services: FollowImagesServices, postId: string): Promise<ReadonlyMap<string, Renewal>> {
  const awaited = await services.db.postImage.findMany({
    where: { postId, awaited: true, triesLeft: { gt: 0 } },
    include: { image: true },
  });
  const plans = new Map<string, Renewal>();
  for (const { image } of awaited.filter((one) => isSpent(one.image))) {
    try {
      plans.set(image.id, await planAgain(services, image));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      plans.set(image.id, error.message);
    }
  }
  return plans;
}

/** Replaces spent pictures by new ones, and answers why others were not: nothing when all is under way. */
async function renewSpent(
  tx: Tx,
  services: FollowImagesServices,
  postId: string,
  plans: ReadonlyMap<string, Renewal>,
): Promise<string[]> {
  const awaited = await tx.postImage.findMany({
    where: { postId, awaited: true },
    include: { image: true },
    orderBy: { position: "asc" },
  });
  const given: string[] = [];
  for (const { position, image } of awaited.filter((one) => isSpent(one.image))) {
    const plan = plans.get(image.id);
    if (plan === undefined || typeof plan === "string" || image.createdById === null) {
      given.push(whySpent(image, typeof plan === "string" ? plan : null));
      continue;
    }
    const imageId = await writePostImage(tx, services, plan, image.createdById);
    const where = { postId_position: { postId, position } };
    await tx.postImage.update({ where, data: { imageId, triesLeft: { decrement: 1 } } });
  }
  return given;
}

function whySpent({ status, failureMessage, reviewReason }: Image, noPlan: string | null): string {
  const why =
    status === "FAILED"
      ? `A picture for this post could not be made: ${failureMessage ?? ""}`
      : status === "CANCELLED"
        ? "The generation of a picture for this post was cancelled."
        : `A picture for this post was rejected: ${reviewReason ?? "it is in the trash"}`;
  return noPlan === null ? why : `${why} It cannot be made anew: ${noPlan}`;
}

/** Ends what is too late, and answers the targets that still wait. */
async function endLate(
  tx: Tx,
  { clock, config }: FollowImagesServices,
  { targets }: LockedPost,
): Promise<readonly TargetWithContent[]> {
  const tooLate = addMilliseconds(clock.now(), -config.PUBLISH_GRACE_MINUTES * 60_000);
  const waiting = targets.filter(({ status }) => status === "AWAITING_IMAGES");
  const isLate = ({ scheduledAt }: TargetWithContent) => scheduledAt !== null && scheduledAt < tooLate;
  for (const target of waiting.filter(isLate)) {
    const due = target.scheduledAt?.toISOString() ?? "";
    const failureMessage = `It was due at ${due} and was still waiting for a picture. Approve one, then schedule it again.`;
    const failure = { failureCode: "WAITING_FOR_PICTURE", failureMessage, failureRetryable: true };
    await moveTarget(tx, { target, to: "MISSED", data: { ...failure, dueAt: null } });
  }
  return waiting.filter((target) => !isLate(target));
}
