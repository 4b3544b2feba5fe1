import type { z } from "zod";
import type { Actor } from "../workspaces/require-member.ts";
import {
  cancelOpen,
  findToStop,
  requireNotEnded,
  type StopServices,
  type stopping,
  takeBackPosts,
} from "./stop-schedule.ts";

/**
 * Ends a schedule for good; what it did stays on record. Posts that are made and not out are cancelled with the reason, or kept. Throws a `ConflictError` for one
 * that has ended, a `NotFoundError`, a `ForbiddenError`.
 */
export async function endPostingSchedule(
  { transact, clock }: StopServices,
  viewer: Actor,
  unchecked: z.input<typeof stopping>,
): Promise<{ postingScheduleId: string }> {
  return transact(async (tx) => {
    const { schedule, posts } = await findToStop(tx, viewer, unchecked);
    requireNotEnded(schedule);
    const stop = { schedule, posts, now: clock.now() };
    const message = `The posting schedule "${schedule.name}" has ended.`;
    if (posts === "CANCEL") await takeBackPosts(tx, stop, { code: "SCHEDULE_ENDED", message }, "CANCELLED");
    await cancelOpen(tx, stop, message);
    await tx.postingSchedule.update({
      where: { id: schedule.id },
      data: { state: "ENDED", version: { increment: 1 } },
    });
    return { postingScheduleId: schedule.id };
  });
}
