import { Temporal } from "temporal-polyfill";
import { addMilliseconds, type Clock } from "../infra/clock.ts";
import type { Db, Transact, Tx } from "../infra/db.ts";
import { localTimeAt } from "../infra/time/local-time.ts";
import { datesOf, planOf } from "./dates.ts";
import { type LockedSchedule, lockSchedule } from "./find-schedule.ts";
import { grace, resolvedColumns, workBegins } from "./resolve-occurrence.ts";

const day = 24 * 60 * 60_000;

/** Occurrences are there so far ahead, in milliseconds: thirty days, and one more, so that once a day is enough. */
const horizon = 31 * day;

/** Most dates of one step; a schedule has at most fifty a week. */
const mostDates = 1_000;

/**
 * Writes the occurrences of a locked schedule from where it was expanded to, until 31 days ahead. A date has at most one, whoever expands it and how often. Dates that
 * came and went while nobody expanded are MISSED: they are on record, and nothing is sent late. Answers how many dates are new.
 */
export async function expandSchedule(tx: Tx, schedule: LockedSchedule, now: Date): Promise<number> {
  const until = addMilliseconds(now, horizon);
  let from = schedule.expandedUntil;
  let made = 0;
  // In steps: a schedule that was left alone for a year has many dates.
  while (from < until) {
    const to = new Date(Math.min(addMilliseconds(from, horizon).getTime(), until.getTime()));
    made += await expandStep(tx, schedule, { from, to, now });
    from = to;
  }
  await tx.postingSchedule.update({ where: { id: schedule.id }, data: { expandedUntil: from } });
  return made;
}

interface Step {
  readonly from: Date;
  readonly to: Date;
  readonly now: Date;
}

async function expandStep(tx: Tx, schedule: LockedSchedule, { from, to, now }: Step): Promise<number> {
  const { id: scheduleId, workspaceId, seriesId, timeZone, activeSince } = schedule;
  // A day more at the beginning: clocks were put back in between, or the zone's rules changed. What is there already stays.
  const first = Temporal.PlainDateTime.from(localTimeAt(from, timeZone)).subtract({ days: 1 });
  const span = { from: first.toString({ smallestUnit: "second" }), to: localTimeAt(to, timeZone), limit: mostDates };
  const rows = datesOf(planOf(schedule), span).flatMap((localTime) => {
    const resolved = resolvedColumns(localTime, timeZone);
    if (resolved.at < activeSince) return [];
    const missed = addMilliseconds(resolved.at, grace) < now;
    const state = missed
      ? { state: "MISSED" as const, reason: "No worker ran when it was due." }
      : { actAt: workBegins(resolved.at, schedule) };
    return [{ scheduleId, workspaceId, seriesId, localTime, ...resolved, ...state }];
  });
  if (rows.length === 0) return 0;
  const { count } = await tx.occurrence.createMany({ data: rows, skipDuplicates: true });
  return count;
}

/** What expanding asks. */
export interface ExpandServices {
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
}

const batchSize = 100;

/**
 * Expands every active schedule of which less than thirty days are expanded, each in a transaction of its own: safe to run twice, at once, and to be killed. Answers how many
 * dates are new.
 */
export async function expandSchedules({ db, transact, clock }: ExpandServices): Promise<number> {
  let made = 0;
  for (;;) {
    const due = await db.postingSchedule.findMany({
      where: { state: "ACTIVE", expandedUntil: { lt: addMilliseconds(clock.now(), horizon - day) } },
      select: { id: true },
      orderBy: [{ expandedUntil: "asc" }, { id: "asc" }],
      take: batchSize,
    });
    for (const { id } of due) made += await transact((tx) => expandOne(tx, id, clock.now()));
    if (due.length < batchSize) return made;
  }
}

async function expandOne(tx: Tx, id: string, now: Date): Promise<number> {
  const schedule = await lockSchedule(tx, id);
  return schedule?.state === "ACTIVE" ? expandSchedule(tx, schedule, now) : 0;
}
