import type { Tx } from "../infra/db.ts";
import { lockPosts } from "../posts/find-post.ts";
import { type CancelReason, cancelTargets } from "../posts/move-targets.ts";

/** Why a post does not go out, for programs and for people. */
export interface Withdrawal extends CancelReason {
  readonly code: "SCHEDULE_PAUSED" | "SCHEDULE_ENDED" | "SCHEDULE_CHANGED" | "OCCURRENCE_SKIPPED";
}

/**
 * Takes back what has not gone out of the posts of occurrences, and says why on their targets; what is being sent at this moment is asked to stop: its outcome decides (R-8).
 * Answers the posts of which there was anything to take back. The caller has found that the viewer may publish in the schedule's workspace, which is the posts'.
 */
export async function withdrawPosts(tx: Tx, postIds: readonly string[], why: Withdrawal): Promise<ReadonlySet<string>> {
  if (postIds.length === 0) return new Set();
  await lockPosts(tx, postIds);
  const asked = await tx.postTarget.updateManyAndReturn({
    where: { postId: { in: [...postIds] }, status: "PUBLISHING" },
    data: { cancelRequested: true },
    select: { postId: true },
  });
  const cancelled = await cancelTargets(tx, postIds, why);
  return cancelled.union(new Set(asked.map(({ postId }) => postId)));
}
