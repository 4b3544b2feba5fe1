import type { PostTargetStatus } from "../generated/prisma/enums.ts";
import type { Tx } from "../infra/db.ts";
import { lockPost } from "../posts/find-post.ts";
import { placeTargets } from "../posts/move-targets.ts";
import { atInstant } from "../posts/placement.ts";
import { moveScheduled, type SchedulingServices } from "../posts/schedule-targets.ts";

const planned: readonly PostTargetStatus[] = ["SCHEDULED", "AWAITING_APPROVAL", "AWAITING_IMAGES"];

/**
 * Moves what is scheduled of an occurrence's post to another moment; targets that have a time of their own keep it, and what somebody cancelled stays so. Throws what
 * scheduling throws. The caller has found that the viewer may publish in the schedule's workspace, which is the post's.
 */
export async function movePost(tx: Tx, services: SchedulingServices, postId: string, at: Date): Promise<void> {
  const post = await lockPost(tx, postId);
  if (post === null) return;
  const targets = post.targets.filter(({ status, plannedAt }) => planned.includes(status) && plannedAt === null);
  if (targets.length > 0) await moveScheduled(tx, services, post, { targets, timeOf: () => at, by: null });
}

/**
 * Moves locked posts of a schedule whose times changed, each to its own moment, as {@link movePost} moves one; what they send stays as it was fixed, and is looked at
 * again before it is sent. So one post that could not be scheduled today does not keep the whole schedule from changing.
 */
export async function movePosts(tx: Tx, moves: ReadonlyMap<string, Date>, now: Date): Promise<void> {
  const targets = await tx.postTarget.findMany({
    where: { postId: { in: [...moves.keys()] }, status: { in: [...planned] }, plannedAt: null },
    select: { id: true, status: true, postId: true },
  });
  const placed = targets.map((target) => ({ target, placement: atInstant(moves.get(target.postId) ?? now) }));
  await placeTargets(tx, placed, now);
}
