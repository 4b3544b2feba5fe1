import { z } from "zod";
import { addMilliseconds } from "../infra/clock.ts";
import { ConflictError, ValidationError } from "../infra/errors.ts";
import { parseInput } from "../infra/parse-input.ts";
import { readLocalDateTime } from "../infra/time/local-time.ts";
import type { Actor } from "../workspaces/require-member.ts";
import { changeOccurrence, findOccurrenceToWrite, requireOpen } from "./change-occurrence.ts";
import { movePost } from "./move-post.ts";
import type { ScheduleServices } from "./replan.ts";
import { resolvedColumns, workBegins } from "./resolve-occurrence.ts";

/** No occurrence is moved further ahead, in milliseconds: a year. */
const furthest = 366 * 24 * 60 * 60_000;

const moving = z.object({
  occurrenceId: z.uuid(),
  expectedVersion: z.number().int().nullish(),
  /** Local, in the schedule's zone. */
  to: z.string(),
});

/**
 * Moves one occurrence to another local time; its post, where it has one, moves along. The rule stays, and the date that it names stays taken. Throws a `ValidationError` for a time
 * that does not exist, is over, too far ahead, or another occurrence's, a `NotFoundError`, a `ForbiddenError`, a `VersionConflictError`, a `ConflictError` for one that is over, and
 * what scheduling throws.
 */
export async function moveOccurrence(
  services: ScheduleServices,
  viewer: Actor,
  unchecked: z.input<typeof moving>,
): Promise<{ occurrenceId: string }> {
  const { to, ...which } = parseInput(moving, unchecked);
  const local = readLocalDateTime(to);
  return services.transact(async (tx) => {
    const { occurrence, schedule } = await findOccurrenceToWrite(tx, viewer, which);
    requireOpen(occurrence);
    if (local === null) {
      const message = `"${to.slice(0, 40)}" is no date and time that the calendar has. Write local time without zone, such as 2026-03-02T09:00.`;
      throw new ValidationError([{ path: ["to"], code: "INVALID_DATE", message }]);
    }
    const resolved = resolvedColumns(local, schedule.timeZone);
    refuseTime(resolved.at, services.clock.now());
    const other = await tx.occurrence.findFirst({
      where: {
        scheduleId: schedule.id,
        at: resolved.at,
        id: { not: occurrence.id },
        state: { in: ["PLANNED", "AWAITING_PICTURE", "NEEDS_DECISION", "POSTED"] },
      },
      select: { localTime: true },
    });
    if (other !== null) {
      const message = `The occurrence of ${other.localTime} is at that time already. Choose another, or skip one of the two.`;
      throw new ValidationError([{ path: ["to"], code: "DUPLICATE", message }]);
    }
    const { postId, state } = occurrence;
    if (state === "POSTED") {
      if (postId === null)
        throw new ConflictError("The post of this occurrence was deleted: there is nothing to move.");
      await movePost(tx, services, postId, resolved.at);
    }
    const now = services.clock.now();
    const work =
      state === "POSTED"
        ? {}
        : state === "AWAITING_PICTURE"
          ? { actAt: now }
          : { state: "PLANNED" as const, reason: null, actAt: workBegins(resolved.at, schedule) };
    const movedTo = local === occurrence.localTime ? null : local;
    await changeOccurrence(tx, occurrence, { ...resolved, movedTo, ...work });
    return { occurrenceId: occurrence.id };
  });
}

function refuseTime(at: Date, now: Date): void {
  if (at <= now) {
    const message = `That is ${at.toISOString()}, in the past (it is ${now.toISOString()}). Choose a later time.`;
    throw new ValidationError([{ path: ["to"], code: "IN_THE_PAST", message }]);
  }
  if (at > addMilliseconds(now, furthest)) {
    const message = `That is ${at.toISOString()}, more than a year ahead. Choose an earlier time.`;
    throw new ValidationError([{ path: ["to"], code: "TOO_FAR_AHEAD", message }]);
  }
}
