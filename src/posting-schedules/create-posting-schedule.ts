import { v7 as newId } from "uuid";
import { z } from "zod";
import type { PlanServices } from "../images/plan-generation.ts";
import type { Clock } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
import { ConflictError } from "../infra/errors.ts";
import { idempotencyKey, once } from "../infra/idempotency.ts";
import { parseInput } from "../infra/parse-input.ts";
import type { Actor } from "../workspaces/require-member.ts";
import { expandSchedule } from "./expand-schedule.ts";
import { lockSchedule, requireScheduler, requireWriter } from "./find-schedule.ts";
import { generationFaults } from "./generation-faults.ts";
import { readRecurrenceInput } from "./recurrence-input.ts";
import { contentFaults, newSchedule, refuse } from "./schedule-input.ts";
import { contentColumns, recurrenceColumns, scheduleTargetRows } from "./schedule-parts.ts";

/** Most schedules of one workspace that have not ended. */
export const mostSchedules = 200;

const creation = z.object({ workspaceId: z.uuid(), idempotencyKey: idempotencyKey.nullish() });

/** A schedule to make. Paths of faults lead into `schedule`. */
type Creation = z.input<typeof creation> & { readonly schedule: z.input<typeof newSchedule> };

const made = z.object({ postingScheduleId: z.uuid() });

/**
 * Makes a schedule and writes its occurrences of the next thirty days, in one transaction. Throws a `ValidationError` with everything that is wrong, a
 * `NotFoundError` for what is foreign or missing, a `ForbiddenError` for a role or token that does not publish (or, where pictures are generated, does
 * not generate), a `ConflictError` when the workspace has too many.
 */
export async function createPostingSchedule(
  services: PlanServices & { readonly transact: Transact; readonly clock: Clock },
  viewer: Actor,
  { schedule, ...unchecked }: Creation,
): Promise<z.output<typeof made>> {
  const { idempotencyKey: key, workspaceId } = parseInput(creation, unchecked);
  const content = parseInput(newSchedule, schedule);
  const { transact, clock } = services;
  const now = clock.now();
  const recurrence = readRecurrenceInput(content.recurrence, now, content.timeZone);
  const where = { workspaceId, what: "workspace" };
  const faults = [
    ...[...contentFaults(content), ...(recurrence.ok ? [] : recurrence.issues)],
    ...(await generationFaults(services, viewer, where, content)),
  ];
  return transact(async (tx) => {
    const pictureSource = content.pictures.generate ? "GENERATE" : "QUEUE";
    await requireScheduler(tx, viewer, { workspaceId, pictureSource }, "workspace");
    await requireWriter(tx, viewer, { workspaceId }, "workspace");
    refuse(faults);
    if (!recurrence.ok) throw new Error("A recurrence that cannot be read has no issue.");
    const request = { userId: viewer.userId, operation: "createPostingSchedule", key: key ?? null };
    return once(tx, { ...request, input: { workspaceId, ...content } }, made, async () => {
      await tx.$queryRaw`select 1 from workspace where id = ${workspaceId}::uuid for no key update`;
      const count = await tx.postingSchedule.count({ where: { workspaceId, state: { not: "ENDED" } } });
      if (count >= mostSchedules) {
        throw new ConflictError(
          `The workspace has ${count} posting schedules; it may have ${mostSchedules}. End or delete one.`,
        );
      }
      const id = newId();
      await tx.postingSchedule.create({
        data: {
          ...{ id, seriesId: id, workspaceId, ownerId: viewer.userId, activeSince: now, expandedUntil: now },
          ...(await contentColumns(tx, workspaceId, content)),
          ...recurrenceColumns(recurrence.columns),
          targets: { create: scheduleTargetRows(content) },
        },
      });
      const written = await lockSchedule(tx, id);
      if (written === null) throw new Error("A schedule that was just written is gone.");
      await expandSchedule(tx, written, now);
      return { postingScheduleId: id };
    });
  });
}
