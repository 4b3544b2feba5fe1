import type { Tx } from "../infra/db.ts";
import { lockPost } from "../posts/find-post.ts";
import { moveScheduled, type SchedulingServices } from "../posts/schedule-targets.ts";

/**
 * Moves what is scheduled of an occurrence's post to another moment; targets that have a time of their own keep it, and what somebody cancelled stays so. Throws what
 * scheduling throws. The caller has found that the viewer may publish in the schedule's workspace, which is the post's.
 */
export async function movePost(tx: Tx, services: SchedulingServices, postId: string, at: Date): Promise<void> {
  const post = await lockPost(tx, postId);
  if (post === null) return;
  const planned = ["SCHEDULED", "AWAITING_APPROVAL", "AWAITING_IMAGES"];
  const targets = post.targets.filter(({ status, plannedAt }) => planned.includes(status) && plannedAt === null);
  if (targets.length > 0) await moveScheduled(tx, services, post, { targets, timeOf: () => at, by: null });
}
