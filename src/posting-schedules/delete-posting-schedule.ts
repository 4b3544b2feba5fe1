import type { z } from "zod";
import type { Actor } from "../workspaces/require-member.ts";
import { findToStop, type StopServices, type stopping, takeBackPosts } from "./stop-schedule.ts";

/**
 * Deletes a schedule with its occurrences. Its posts stay on record; those that are not out are cancelled with the reason, or kept. Throws a `NotFoundError`, a
 * `ForbiddenError`.
 */
export async function deletePostingSchedule(
  { transact, clock }: StopServices,
  viewer: Actor,
  unchecked: z.input<typeof stopping>,
): Promise<{ deletedPostingScheduleId: string }> {
  return transact(async (tx) => {
    const { schedule, posts } = await findToStop(tx, viewer, unchecked);
    const message = `The posting schedule "${schedule.name}" was deleted.`;
    if (posts === "CANCEL") {
      const stop = { schedule, posts, now: clock.now() };
      await takeBackPosts(tx, stop, { code: "SCHEDULE_ENDED", message }, "CANCELLED");
    }
    await tx.postingSchedule.delete({ where: { id: schedule.id } });
    return { deletedPostingScheduleId: schedule.id };
  });
}
