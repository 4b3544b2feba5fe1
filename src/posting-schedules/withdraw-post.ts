import type { Tx } from "../infra/db.ts";
import { lockPost } from "../posts/find-post.ts";
import { moveTarget, targetMayMove } from "../posts/target-status.ts";

/** Why a post does not go out, for programs and for people. */
export interface Withdrawal {
  readonly code: "SCHEDULE_PAUSED" | "SCHEDULE_ENDED" | "SCHEDULE_CHANGED" | "OCCURRENCE_SKIPPED";
  readonly message: string;
}

/**
 * Takes back what has not gone out of an occurrence's post, and says why on its targets; what is being sent at this moment is asked to stop: its outcome decides.
 * Answers whether there was anything to take back. The caller has found that the viewer may publish in the schedule's workspace, which is the post's.
 */
export async function withdrawPost(tx: Tx, postId: string, why: Withdrawal): Promise<boolean> {
  const post = await lockPost(tx, postId);
  const failure = { failureCode: why.code, failureMessage: why.message, failureRetryable: true };
  let found = false;
  for (const target of post?.targets ?? []) {
    if (target.status === "PUBLISHING") {
      await tx.postTarget.update({ where: { id: target.id }, data: { cancelRequested: true } });
    } else if (targetMayMove(target.status, "CANCELLED")) {
      await moveTarget(tx, { target, to: "CANCELLED", data: { ...failure, dueAt: null } });
    } else continue;
    found = true;
  }
  return found;
}
