import fc from "fast-check";
import t from "tap";
import { localTimeAt, resolveLocalTime } from "../../src/infra/time/local-time.ts";
import { expand, isRecurrenceFault, readRecurrence } from "../../src/infra/time/recurrence.ts";
import { expandSchedules } from "../../src/posting-schedules/expand-schedule.ts";
import { resolveAgain } from "../../src/posting-schedules/resolve-again.ts";
import { openScheduleDesk, rowIdOf, start } from "../support/schedule-desk.ts";

const day = 86_400_000;

const zone = fc.constantFrom(
  "Europe/Paris",
  "America/New_York",
  "Australia/Lord_Howe",
  "Asia/Kolkata",
  "Africa/Casablanca",
  "Pacific/Apia",
  "UTC",
);
const weekday = fc.constantFrom("MO", "TU", "WE", "TH", "FR", "SA", "SU");
const rule = fc.oneof(
  fc.integer({ min: 1, max: 9 }).map((interval) => `FREQ=DAILY;INTERVAL=${interval}`),
  fc.uniqueArray(weekday, { minLength: 1, maxLength: 4 }).map((days) => `FREQ=WEEKLY;BYDAY=${days.join(",")}`),
  fc
    .tuple(fc.integer({ min: 2, max: 3 }), weekday)
    .map(([interval, one]) => `FREQ=WEEKLY;INTERVAL=${interval};BYDAY=${one}`),
  fc.tuple(fc.constantFrom("1", "2", "-1"), weekday).map(([at, one]) => `FREQ=MONTHLY;BYDAY=${at}${one}`),
  fc.integer({ min: 20, max: 31 }).map((date) => `FREQ=MONTHLY;BYMONTHDAY=${date}`),
  fc.integer({ min: 1, max: 80 }).map((count) => `FREQ=DAILY;COUNT=${count}`),
);
const clockTime = fc.constantFrom("00:00", "01:30", "02:15", "02:30", "09:00", "23:59");
/** Hours to the next run of the worker's job: mostly small steps, some long sleeps, some jumps back; and whether it is killed at its first, second … transaction. */
const runs = fc.array(
  fc.record({
    hours: fc.oneof(fc.integer({ min: -48, max: 72 }), fc.integer({ min: 200, max: 3_000 })),
    killed: fc.boolean(),
  }),
  { minLength: 1, maxLength: 6 },
);

t.test(
  "whenever a worker runs, jumps or dies, there is one occurrence of each date of the rule, and no other",
  async (t) => {
    const desk = await openScheduleDesk(t, { pictures: 1 });
    const { clock, services } = desk.atelier;
    const property = fc.asyncProperty(zone, rule, clockTime, runs, async (timeZone, text, time, steps) => {
      clock.set(new Date(start));
      const firstAt = `2027-02-20T${time}`;
      const made = await desk.mutate("create", desk.input({ timeZone, recurrence: { rule: { text, firstAt } } }));
      if (made.postingSchedule === undefined) return fc.pre(false);
      let [now, furthest] = [new Date(start).getTime(), new Date(start).getTime()];
      for (const { hours, killed } of steps) {
        now = Math.max(now + hours * 3_600_000, new Date(start).getTime());
        clock.set(new Date(now));
        const transact: typeof services.transact = (work) =>
          services.transact(async (tx) => {
            await work(tx);
            throw new Error("killed");
          });
        if (killed) await expandSchedules({ ...services, transact }).catch(() => undefined);
        await Promise.all([expandSchedules(services), expandSchedules(services)]);
        furthest = Math.max(furthest, now);
      }
      const scheduleId = rowIdOf(made.postingSchedule.id);
      const found = await services.db.occurrence.findMany({ where: { scheduleId }, orderBy: { localTime: "asc" } });
      await services.db.postingSchedule.delete({ where: { id: scheduleId } });
      const read = readRecurrence(text, `${firstAt}:00`);
      if (isRecurrenceFault(read)) throw new Error(read.message);
      // It is expanded for thirty days at least and thirty-one at most.
      const span = (days: number) => ({
        from: read.anchor,
        to: localTimeAt(new Date(furthest + days * day), timeZone),
        limit: 9_999,
      });
      const dates = (days: number) =>
        expand(read, span(days)).filter((date) => resolveLocalTime(date, timeZone).instant >= new Date(start));
      const written = found.map(({ localTime }) => localTime);
      t.same(written.slice(0, dates(30).length), dates(30));
      t.same(written, dates(31).slice(0, written.length));
      for (const { localTime, at, timeKind } of found) {
        const { instant, kind } = resolveLocalTime(localTime, timeZone);
        t.same([at, timeKind], [instant, kind]);
      }
      return t.passing();
    });
    await fc.assert(property, { numRuns: 25, interruptAfterTimeLimit: 60_000 });
  },
);

t.test("what another zone database resolved is resolved again, and its post moves along", async (t) => {
  const desk = await openScheduleDesk(t);
  const { id } = await desk.create();
  await desk.at("2027-03-01T07:01:00Z");
  const { db } = desk.atelier.services;
  const right = await desk.dates(id);
  // As if Paris had been on another time when it was resolved.
  await db.$executeRaw`update occurrence set at = at + interval '1 hour', zone_version = '1999a'`;
  await db.$executeRaw`update post_target set scheduled_at = scheduled_at + interval '1 hour', due_at = due_at + interval '1 hour'`;
  t.equal(await resolveAgain(desk.atelier.services), right.length);
  const times = (dates: { at: string; post: { targets: { scheduledAt: string }[] } | null }[]) =>
    dates.map(({ at, post }) => [at, post?.targets[0]?.scheduledAt]);
  t.same(times(await desk.dates(id)), times(right));
  t.equal(await resolveAgain(desk.atelier.services), 0, "once is enough");
});
