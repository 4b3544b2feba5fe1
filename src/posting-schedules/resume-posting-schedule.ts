import { z } from "zod";
import { ConflictError } from "../infra/errors.ts";
import { parseInput } from "../infra/parse-input.ts";
import type { Actor } from "../workspaces/require-member.ts";
import { open } from "./change-occurrence.ts";
import { expandSchedule } from "./expand-schedule.ts";
import { findScheduleToWrite, requireWriter } from "./find-schedule.ts";
import { requireNotEnded, type StopServices } from "./stop-schedule.ts";

const resuming = z.object({ postingScheduleId: z.uuid() });

/**
 * Resumes a paused schedule, in the name of whoever does it. What fell into the pause is skipped; what is still to come goes on, with the posts that the pause took back. Throws a
 * `ConflictError` for one that is not paused, a `NotFoundError`, a `ForbiddenError`.
 */
export async function resumePostingSchedule(
  { transact, clock }: StopServices,
  viewer: Actor,
  unchecked: z.input<typeof resuming>,
): Promise<{ postingScheduleId: string }> {
  const { postingScheduleId } = parseInput(resuming, unchecked);
  return transact(async (tx) => {
    const schedule = await findScheduleToWrite(tx, viewer, postingScheduleId);
    await requireWriter(tx, viewer, schedule);
    requireNotEnded(schedule);
    if (schedule.state === "ACTIVE") throw new ConflictError("The posting schedule is not paused.");
    const now = clock.now();
    await tx.occurrence.updateMany({
      where: { scheduleId: schedule.id, state: { in: [...open] }, at: { lte: now } },
      data: { state: "SKIPPED", reason: "The posting schedule was paused.", actAt: null, version: { increment: 1 } },
    });
    const resumed = { state: "ACTIVE", activeSince: now, ownerId: viewer.userId } as const;
    await tx.postingSchedule.update({
      where: { id: schedule.id },
      data: { ...resumed, version: { increment: 1 } },
    });
    await expandSchedule(tx, { ...schedule, ...resumed, expandedUntil: now }, now);
    return { postingScheduleId };
  });
}
