import { v7 as newId } from "uuid";
import { z } from "zod";
import type { PlanServices } from "../images/plan-generation.ts";
import type { Tx } from "../infra/db.ts";
import {
  ConflictError,
  NotFoundError,
  ValidationError,
  type ValidationIssue,
  VersionConflictError,
} from "../infra/errors.ts";
import { parseInput } from "../infra/parse-input.ts";
import type { Actor } from "../workspaces/require-member.ts";
import { datesOf, planOf } from "./dates.ts";
import { findScheduleToWrite, type LockedSchedule, requireScheduler, requireWriter } from "./find-schedule.ts";
import { generationFaults } from "./generation-faults.ts";
import { overrideOccurrence } from "./override-occurrence.ts";
import { contentOf } from "./read-content.ts";
import { type RecurrenceColumns, readRecurrenceInput } from "./recurrence-input.ts";
import { replan, type ScheduleServices } from "./replan.ts";
import { contentFaults, refuse, type ScheduleContent, scheduleFields } from "./schedule-input.ts";
import { type ContentColumns, contentColumns, recurrenceColumns, scheduleTargetRows } from "./schedule-parts.ts";

const update = z.object({
  postingScheduleId: z.uuid(),
  expectedVersion: z.number().int(),
  /** An occurrence alone, it and all that follow, or all. */
  scope: z.union([
    z.object({ all: z.literal(true) }),
    z.object({ thisAndFuture: z.uuid() }),
    z.object({ this: z.uuid() }),
  ]),
});

const changes = scheduleFields.partial();

type Change = z.output<typeof changes>;

/** A change. Paths of faults in it lead into `change`. */
type Update = z.input<typeof update> & { readonly change: z.input<typeof changes> };

/** What was changed. */
export interface ScheduleUpdate {
  /** The schedule that is as asked: where it was split, the new one. */
  readonly postingScheduleId: string;
  /** The one that keeps what came before; null where nothing was split. */
  readonly splitFromId: string | null;
}

/**
 * Changes a schedule, as calendars do: one occurrence, one and all that follow (which splits the schedule in two), or all. What went out stays as it was.
 * Throws a `ValidationError` with everything that is wrong, a `NotFoundError` for what is foreign or missing, a `ForbiddenError` for a role or token that
 * may not, a `VersionConflictError` when somebody changed it since, a `ConflictError` for one that has ended, and, where one
 * occurrence is changed, what overriding it throws.
 */
export async function updatePostingSchedule(
  services: ScheduleServices & PlanServices,
  viewer: Actor,
  { change: asked, ...unchecked }: Update,
): Promise<ScheduleUpdate> {
  const { postingScheduleId, expectedVersion, scope } = parseInput(update, unchecked);
  const change = parseInput(changes, asked);
  const generation = await faultsOfPictures(services, viewer, postingScheduleId, change);
  return services.transact(async (tx) => {
    const schedule = await findScheduleToWrite(tx, viewer, postingScheduleId);
    await requireWriter(tx, viewer, schedule);
    if (expectedVersion !== schedule.version) {
      throw new VersionConflictError("posting schedule", expectedVersion, schedule.version);
    }
    if (schedule.state === "ENDED") throw new ConflictError("The posting schedule has ended. Make a new one.");
    if ("this" in scope) return changeOne(tx, services, { viewer, schedule, occurrenceId: scope.this, change });
    const next = await readChange(tx, services, schedule, { change, generation });
    const wanted = { ...schedule, pictureSource: next.columns.pictureSource };
    await requireScheduler(tx, viewer, wanted);
    const split = "thisAndFuture" in scope ? await splitPoint(tx, services, schedule, scope.thisAndFuture) : null;
    const changed =
      split === null
        ? await changeAll(tx, viewer, schedule, next)
        : await changeRest(tx, services, { viewer, schedule, split, next });
    await replan(tx, services, changed, { viewer, contentChanged: next.contentChanged });
    return { postingScheduleId: changed.id, splitFromId: split === null ? null : schedule.id };
  });
}

/** What a provider would refuse of other pictures, asked before anything is locked. */
async function faultsOfPictures(
  services: PlanServices,
  viewer: Actor,
  id: string,
  { pictures, name = "", locale = "en" }: Change,
): Promise<ValidationIssue[]> {
  if (!pictures?.generate) return [];
  const found = await services.db.postingSchedule.findUnique({ where: { id }, select: { workspaceId: true } });
  if (found === null) throw new NotFoundError("posting schedule");
  return generationFaults(services, viewer, { ...found, what: "posting schedule" }, { name, locale, pictures });
}

interface ReadChange {
  readonly content: Content;
  readonly columns: ContentColumns;
  readonly recurrence: RecurrenceColumns | null;
  readonly contentChanged: boolean;
}

const contentKeys = ["name", "locale", "captionTemplate", "targets", "pictures"] as const;

async function readChange(
  tx: Tx,
  { clock }: ScheduleServices,
  schedule: LockedSchedule,
  { change, generation }: { readonly change: Change; readonly generation: readonly ValidationIssue[] },
): Promise<ReadChange> {
  const { recurrence, ...rest } = change;
  const content = merge(contentOf(schedule), rest);
  const read = recurrence ? readRecurrenceInput(recurrence, clock.now(), content.timeZone) : null;
  refuse([...contentFaults(content), ...generation, ...(read === null || read.ok ? [] : read.issues)]);
  return {
    content,
    columns: await contentColumns(tx, schedule.workspaceId, content),
    recurrence: read !== null && read.ok ? read.columns : null,
    contentChanged: contentKeys.some((key) => rest[key] !== undefined),
  };
}

type Content = Omit<ScheduleContent, "recurrence">;

/** What is absent stays. */
const merge = (now: Content, change: Omit<Change, "recurrence">): Content => ({
  name: change.name ?? now.name,
  timeZone: change.timeZone ?? now.timeZone,
  locale: change.locale ?? now.locale,
  captionTemplate: change.captionTemplate ?? now.captionTemplate,
  targets: change.targets ?? now.targets,
  pictures: change.pictures ?? now.pictures,
  leadTimeMinutes: change.leadTimeMinutes ?? now.leadTimeMinutes,
  deadlineMinutes: change.deadlineMinutes ?? now.deadlineMinutes,
  policy: change.policy ?? now.policy,
  fallbackImageId: change.fallbackImageId === undefined ? now.fallbackImageId : change.fallbackImageId,
});

/** Where a schedule is split: the local time of an occurrence; null where nothing comes before it, so that all of it changes. */
async function splitPoint(
  tx: Tx,
  { clock }: ScheduleServices,
  schedule: LockedSchedule,
  occurrenceId: string,
): Promise<string | null> {
  const occurrence = await tx.occurrence.findFirst({ where: { id: occurrenceId, scheduleId: schedule.id } });
  if (occurrence === null) throw new NotFoundError("occurrence of this schedule", ["scope", "thisAndFuture"]);
  if (occurrence.at <= clock.now()) {
    const message = `The occurrence of ${occurrence.localTime} is over. Split at one that is still to come.`;
    throw new ValidationError([{ path: ["scope", "thisAndFuture"], code: "IN_THE_PAST", message }]);
  }
  const { localTime } = occurrence;
  const [first] = datesOf(planOf(schedule), { from: schedule.anchor, to: localTime, limit: 1 });
  return first === localTime ? null : localTime;
}

async function changeAll(
  tx: Tx,
  viewer: Actor,
  { id }: LockedSchedule,
  { columns, content, recurrence }: ReadChange,
): Promise<LockedSchedule> {
  await tx.postingScheduleTarget.deleteMany({ where: { scheduleId: id } });
  await tx.postingSchedule.update({
    where: { id },
    data: {
      ...{ ...columns, ownerId: viewer.userId, version: { increment: 1 } },
      // A new rule counts from its own first date.
      ...(recurrence !== null && { ...recurrenceColumns(recurrence), startsAt: null }),
      targets: { create: scheduleTargetRows(content) },
    },
  });
  return findScheduleToWrite(tx, viewer, id);
}

interface Split {
  readonly viewer: Actor;
  readonly schedule: LockedSchedule;
  readonly split: string;
  readonly next: ReadChange;
}

/** The schedule ends before the split; a new one of the same series goes on, counted from the same anchor unless it has a rule of its own. */
async function changeRest(tx: Tx, { clock }: ScheduleServices, { viewer, schedule, split, next }: Split) {
  const { recurrence, columns, content } = next;
  const { workspaceId, seriesId, state, endsBefore } = schedule;
  const now = clock.now();
  const id = newId();
  const kept = planOf(schedule);
  // With a rule of its own it may begin earlier on the day of the split.
  const startsAt = recurrence === null ? split : `${split.slice(0, 10)}T00:00:00`;
  await tx.postingSchedule.create({
    data: {
      ...{ id, workspaceId, seriesId, state, startsAt, endsBefore, ...columns, ownerId: viewer.userId },
      ...{ activeSince: now, expandedUntil: now },
      ...recurrenceColumns(recurrence ?? kept),
      targets: { create: scheduleTargetRows(content) },
    },
  });
  await tx.postingSchedule.update({
    where: { id: schedule.id },
    data: { endsBefore: split, version: { increment: 1 } },
  });
  await tx.occurrence.updateMany({
    where: { scheduleId: schedule.id, localTime: { gte: split } },
    data: { scheduleId: id },
  });
  return findScheduleToWrite(tx, viewer, id);
}

interface OneChange {
  readonly viewer: Actor;
  readonly schedule: LockedSchedule;
  readonly occurrenceId: string;
  readonly change: Change;
}

async function changeOne(
  tx: Tx,
  services: ScheduleServices,
  { viewer, schedule, occurrenceId, change }: OneChange,
): Promise<ScheduleUpdate> {
  const { captionTemplate, ...others } = change;
  const message =
    "One occurrence has a text, pictures and a time of its own: `overrideOccurrence`, `moveOccurrence`. Change this with `thisAndFuture` or `all`.";
  const given = Object.entries(others).filter(([, value]) => value !== undefined);
  refuse(given.map(([field]) => ({ path: [field], code: "NOT_FOR_ONE", message })));
  const found = await tx.occurrence.findFirst({ where: { id: occurrenceId, scheduleId: schedule.id } });
  if (found === null) throw new NotFoundError("occurrence of this schedule", ["scope", "this"]);
  const joined = { ...services, transact: <T>(work: (inner: Tx) => Promise<T>) => work(tx) };
  if (captionTemplate !== undefined) {
    await overrideOccurrence(joined, viewer, { occurrenceId, captionTemplate });
  }
  return { postingScheduleId: schedule.id, splitFromId: null };
}
