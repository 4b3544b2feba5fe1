import { z } from "zod";
import type { Clock } from "../../infra/clock.ts";
import type { Transact, Tx } from "../../infra/db.ts";
import { ConflictError } from "../../infra/errors.ts";
import { parseInput } from "../../infra/parse-input.ts";
import type { Actor } from "../../workspaces/require-member.ts";
import { findPostToWrite, type LockedPost } from "../find-post.ts";
import { type Approval, decisionReason, requireSeen, takeBack } from "./approve-post.ts";
import { recordDecision } from "./record-decision.ts";

/** Why a post is rejected. */
export const rejectionReason = decisionReason.min(1, "Say why the post is rejected.");

const request = z.object({ postId: z.uuid(), contentHash: z.string(), reason: rejectionReason });

/**
 * Rejects a post, with the reason: what waits or is scheduled becomes a draft again. Throws a `NotFoundError`, a `ForbiddenError`, a
 * `ContentChangedError`, and a `ConflictError` where nothing waits and nothing is scheduled.
 */
export async function rejectPost(
  { transact, clock }: { readonly transact: Transact; readonly clock: Clock },
  viewer: Actor,
  unchecked: z.input<typeof request>,
): Promise<{ postId: string }> {
  const { postId, ...decision } = parseInput(request, unchecked);
  return transact(async (tx) => {
    const post = await findPostToWrite(tx, viewer, postId, "posts:review");
    await reject(tx, { clock }, post, { ...decision, by: { userId: viewer.userId } });
    return { postId };
  });
}

/** Rejects a locked post in the name of somebody who may; see {@link rejectPost}. */
export async function reject(
  tx: Tx,
  { clock }: { readonly clock: Clock },
  post: LockedPost,
  { contentHash, reason, by }: Approval & { readonly reason: string },
): Promise<void> {
  requireSeen(post, contentHash);
  if (!(await takeBack(tx, post, "DRAFT")) && post.approvalState !== "APPROVED") {
    const states = [...new Set(post.targets.map(({ status }) => status))].join(", ");
    throw new ConflictError(`Nothing of this post waits for approval or is scheduled: its targets are ${states}.`);
  }
  await recordDecision(tx, { post, kind: "REJECTED", reason, by, at: clock.now() });
}
