import { z } from "zod";
import type { PostTargetStatus } from "../../generated/prisma/enums.ts";
import type { Transact, Tx } from "../../infra/db.ts";
import { ConflictError } from "../../infra/errors.ts";
import { parseInput } from "../../infra/parse-input.ts";
import type { Actor } from "../../workspaces/require-member.ts";
import { ContentChangedError } from "../errors.ts";
import { findPostToWrite, type LockedPost, lockPost } from "../find-post.ts";
import { contentHash } from "../post-content.ts";
import { recheckScheduled, type SchedulingServices } from "../schedule-targets.ts";
import { moveTarget, targetMayMove } from "../target-status.ts";
import { postContentHash } from "./approval.ts";
import { type Reviewer, recordDecision } from "./record-decision.ts";

/** What somebody says beside a decision. */
export const decisionReason = z.string().trim().max(1_000, "The reason is longer than 1,000 characters.");

const request = z.object({ postId: z.uuid(), contentHash: z.string(), reason: decisionReason.nullish() });

/**
 * Approves a post exactly as the approver read it, which `contentHash` tells. What waits with a time goes out then, or, when that has passed by
 * more than the grace, is MISSED and asks; what waits without one becomes a draft that can be scheduled. Throws a
 * `NotFoundError`, a `ForbiddenError`, a {@link ContentChangedError}, a `ConflictError` for a post of which nothing can go out any more, and what
 * scheduling throws.
 */
export async function approvePost(
  services: SchedulingServices & { readonly transact: Transact },
  viewer: Actor,
  unchecked: z.input<typeof request>,
): Promise<{ postId: string }> {
  const { postId, ...decision } = parseInput(request, unchecked);
  return services.transact(async (tx) => {
    const post = await findPostToWrite(tx, viewer, postId, "posts:review");
    await approve(tx, services, post, { ...decision, by: { userId: viewer.userId } });
    return { postId };
  });
}

/** A decision of somebody who may decide. */
export interface Approval {
  readonly contentHash: string;
  readonly reason?: string | null | undefined;
  readonly by: Reviewer;
}

/** Approves a locked post in the name of somebody who may; see {@link approvePost}. */
export async function approve(
  tx: Tx,
  services: SchedulingServices,
  post: LockedPost,
  { contentHash: seen, reason, by }: Approval,
): Promise<void> {
  requireSeen(post, seen);
  const open = post.targets.filter(({ status }) => status !== "PUBLISHED" && status !== "SUBMITTED");
  if (open.length === 0) throw new ConflictError("Everything of this post is out: there is nothing left to approve.");
  for (const target of open) {
    await tx.postTarget.update({ where: { id: target.id }, data: { approvedHash: contentHash(target) } });
  }
  await recordDecision(tx, { post, kind: "APPROVED", reason: reason ?? null, by, at: services.clock.now() });
  const approved = await lockPost(tx, post.id);
  if (approved === null) throw new Error(`The post ${post.id} is gone although it was locked.`);
  for (const target of approved.targets) {
    const timeless = target.status === "AWAITING_APPROVAL" && target.scheduledAt === null;
    if (timeless) await moveTarget(tx, { target, to: "DRAFT" });
  }
  await recheckScheduled(tx, services, approved, { by });
}

/** Refuses a decision about something else than the post is now. */
export function requireSeen({ targets }: Pick<LockedPost, "targets">, seen: string): void {
  const now = postContentHash(targets);
  if (seen !== now) throw new ContentChangedError(now);
}

const held: readonly PostTargetStatus[] = ["SCHEDULED", "AWAITING_APPROVAL", "AWAITING_IMAGES"];

/** Takes back what has a time, or waits, of a locked post; what is being sent at this moment is asked to stop. Answers whether there was anything. */
export async function takeBack(tx: Tx, { targets }: LockedPost, to: "DRAFT" | "AWAITING_APPROVAL"): Promise<boolean> {
  const waiting = targets.filter(({ status }) => held.includes(status));
  const sending = targets.filter(({ status }) => status === "PUBLISHING");
  for (const target of waiting) {
    if (!targetMayMove(target.status, to)) continue;
    const data = { dueAt: null, approvedHash: null, ...(to === "DRAFT" && { scheduledAt: null }) };
    await moveTarget(tx, { target, to, data });
  }
  await tx.postTarget.updateMany({
    where: { id: { in: sending.map(({ id }) => id) } },
    data: { cancelRequested: true },
  });
  return waiting.length + sending.length > 0;
}
