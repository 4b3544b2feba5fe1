import type { z } from "zod";
import { ConflictError } from "../infra/errors.ts";
import type { Actor } from "../workspaces/require-member.ts";
import { findToStop, requireNotEnded, type StopServices, type stopping, takeBackPosts } from "./stop-schedule.ts";

/**
 * Pauses a schedule: nothing is made, asked for or decided until it is resumed. Posts that are made and not out are cancelled with the reason, and scheduled again
 * when it is resumed before their time; or they are kept. Throws a `ConflictError` for one that is paused or ended, a `NotFoundError`, a
 * `ForbiddenError`.
 */
export async function pausePostingSchedule(
  { transact, clock }: StopServices,
  viewer: Actor,
  unchecked: z.input<typeof stopping>,
): Promise<{ postingScheduleId: string }> {
  return transact(async (tx) => {
    const { schedule, posts } = await findToStop(tx, viewer, unchecked);
    requireNotEnded(schedule);
    if (schedule.state === "PAUSED") throw new ConflictError("The posting schedule is paused already.");
    const message = `The posting schedule "${schedule.name}" is paused. Resume it, or schedule this post by hand.`;
    if (posts === "CANCEL") {
      const stop = { schedule, posts, now: clock.now() };
      await takeBackPosts(tx, stop, { code: "SCHEDULE_PAUSED", message }, "PLANNED");
    }
    await tx.postingSchedule.update({
      where: { id: schedule.id },
      data: { state: "PAUSED", version: { increment: 1 } },
    });
    return { postingScheduleId: schedule.id };
  });
}
