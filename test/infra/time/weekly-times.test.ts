import fc from "fast-check";
import t from "tap";
import { localTimeAt } from "../../../src/infra/time/local-time.ts";
import { type Week, weeklyDates } from "../../../src/infra/time/weekly-times.ts";

const days = 24 * 60 * 60_000;
const on = (weekday: number, ...times: string[]) => times.map((time) => ({ weekday, time }));

const datesOf = (week: Week, after: string, forDays: number) => {
  const from = new Date(after);
  return [...weeklyDates(week, from, new Date(from.getTime() + forDays * days))].map(
    ({ at, localTime, kind }) => `${at.toISOString().slice(0, 16)} ${localTime.slice(11, 16)} ${kind}`,
  );
};

t.test("nine o'clock stays nine o'clock through both changes of the clocks", async (t) => {
  const week: Week = { timeZone: "Europe/Paris", times: on(1, "09:00") };
  t.same(datesOf(week, "2026-03-22T00:00:00Z", 15), ["2026-03-23T08:00 09:00 NORMAL", "2026-03-30T07:00 09:00 NORMAL"]);
  t.same(datesOf(week, "2026-10-18T00:00:00Z", 15), ["2026-10-19T07:00 09:00 NORMAL", "2026-10-26T08:00 09:00 NORMAL"]);
});

t.test("what a gap skips comes right after it, once, and what comes twice is the first", async (t) => {
  const gap: Week = { timeZone: "Europe/Berlin", times: on(7, "02:15", "02:45", "03:00", "04:00") };
  t.same(datesOf(gap, "2026-03-28T12:00:00Z", 1), [
    "2026-03-29T01:00 02:15 SKIPPED_GAP",
    "2026-03-29T02:00 04:00 NORMAL",
  ]);
  const overlap: Week = { timeZone: "Europe/Berlin", times: on(7, "02:30", "03:00") };
  t.same(datesOf(overlap, "2026-10-24T12:00:00Z", 1), [
    "2026-10-25T00:30 02:30 REPEATED_HOUR",
    "2026-10-25T02:00 03:00 NORMAL",
  ]);
});

t.test("a slot that is due this very instant is over; without times there are no dates", async (t) => {
  const week: Week = { timeZone: "UTC", times: on(1, "09:00") };
  t.same(datesOf(week, "2026-03-23T09:00:00Z", 7), ["2026-03-30T09:00 09:00 NORMAL"]);
  t.same(datesOf(week, "2026-03-23T08:59:59.999Z", 1), ["2026-03-23T09:00 09:00 NORMAL"]);
  t.same(datesOf({ timeZone: "UTC", times: [] }, "2026-03-23T09:00:00Z", 60), []);
});

// Where clocks change at midnight, by half an hour, against the seasons, over the date line, and not at all.
const zones = fc.constantFrom(
  ...["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Beirut"],
  ...["Africa/Casablanca", "Pacific/Apia", "America/Santiago", "Asia/Kathmandu", "UTC"],
);
const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom("00", "15", "30", "45"))
  .map(([hour, minute]) => `${String(hour).padStart(2, "0")}:${minute}`);
const weeklyTime = fc.record({ weekday: fc.integer({ min: 1, max: 7 }), time });
const moment = fc.integer({ min: Date.UTC(2011), max: Date.UTC(2030) }).map((at) => new Date(at - (at % 60_000)));

t.test(
  "the dates are those at which a clock, watched every quarter of an hour, first shows a time of the week",
  async (t) => {
    fc.assert(
      fc.property(zones, fc.array(weeklyTime, { minLength: 1, maxLength: 6 }), moment, (timeZone, times, after) => {
        const until = new Date(after.getTime() + 8 * days);
        const found = [...weeklyDates({ timeZone, times }, after, until)].map(({ at }) => at.toISOString());
        return JSON.stringify(found) === JSON.stringify(watched({ timeZone, times }, after, until));
      }),
      { numRuns: 60 },
    );
    t.pass();
  },
);

/** A second way to find them, slow and simple: wait until the clock shows a wanted time, or has jumped over it. */
function watched({ timeZone, times }: Week, after: Date, until: Date): string[] {
  const found: string[] = [];
  const start = Math.floor(after.getTime() / 900_000) * 900_000 - 2 * days;
  let furthest = localTimeAt(new Date(start), timeZone);
  for (let at = start + 900_000; at <= until.getTime(); at += 900_000) {
    const shown = localTimeAt(new Date(at), timeZone);
    if (shown <= furthest) continue;
    const due = times.some((wanted) => datesBetween(furthest, shown, wanted));
    if (due && at > after.getTime()) found.push(new Date(at).toISOString());
    furthest = shown;
  }
  return found;
}

/** Whether a time of the week stands on the clock after one reading and up to another. */
function datesBetween(before: string, shown: string, { weekday, time: wanted }: Week["times"][number]): boolean {
  for (let day = Date.parse(`${before.slice(0, 10)}T00:00:00Z`); ; day += days) {
    const date = new Date(day).toISOString().slice(0, 10);
    if (date > shown.slice(0, 10)) return false;
    const local = `${date}T${wanted}:00`;
    if ((new Date(day).getUTCDay() || 7) === weekday && local > before && local <= shown) return true;
  }
}
