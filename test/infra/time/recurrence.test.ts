import fc from "fast-check";
import rrule from "rrule";
import t from "tap";
import { Temporal } from "temporal-polyfill";
import { expand, isRecurrenceFault, readRecurrence } from "../../../src/infra/time/recurrence.ts";

const anchor = "2026-01-05T09:00:00";

function dates(text: string, { from = anchor, to = "2027-12-31T23:59:59", limit = 5, start = anchor } = {}): string[] {
  const read = readRecurrence(text, start);
  if (isRecurrenceFault(read)) throw new Error(read.message);
  return expand(read, { from, to, limit }).map((date) => date.slice(0, 10));
}

const fault = (text: string, start = anchor) => {
  const read = readRecurrence(text, start);
  return isRecurrenceFault(read) ? `${read.code}: ${read.message}` : "none";
};

t.test("rules say dates", async (t) => {
  t.same(dates("FREQ=DAILY;INTERVAL=2"), ["2026-01-05", "2026-01-07", "2026-01-09", "2026-01-11", "2026-01-13"]);
  t.same(dates("rrule:freq=weekly;byday=mo,fr", { limit: 3 }), ["2026-01-05", "2026-01-09", "2026-01-12"]);
  t.same(dates("FREQ=MONTHLY;BYDAY=1MO", { limit: 3 }), ["2026-01-05", "2026-02-02", "2026-03-02"]);
  t.same(dates("FREQ=MONTHLY;BYDAY=-1FR", { limit: 2 }), ["2026-01-30", "2026-02-27"]);
  t.same(dates("FREQ=MONTHLY;BYMONTHDAY=-1", { limit: 3 }), ["2026-01-31", "2026-02-28", "2026-03-31"]);
  t.same(
    dates("FREQ=MONTHLY;BYMONTHDAY=31", { limit: 3 }),
    ["2026-01-31", "2026-03-31", "2026-05-31"],
    "short months have none",
  );
  t.same(dates("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", { to: "2036-01-01T00:00:00" }), ["2028-02-29", "2032-02-29"]);
  t.same(dates("FREQ=DAILY;COUNT=2"), ["2026-01-05", "2026-01-06"]);
  t.same(dates("FREQ=WEEKLY;UNTIL=20260119"), ["2026-01-05", "2026-01-12", "2026-01-19"], "the last day counts");
  t.same(dates("FREQ=DAILY;COUNT=3", { from: "2026-01-07T00:00:00" }), ["2026-01-07"], "counted from the anchor");
});

t.test("an end in UTC, as programs write it, is the local time then, and counts", async (t) => {
  const daily = (until: string, timeZone: string) => {
    const read = readRecurrence(`FREQ=DAILY;UNTIL=${until}`, anchor, timeZone);
    if (isRecurrenceFault(read)) return read.code;
    return [read.rule, expand(read, { from: anchor, to: "2027-01-01T00:00:00", limit: 99 }).length];
  };
  t.same(daily("20260107T080000Z", "Europe/Paris"), ["FREQ=DAILY;UNTIL=20260107T090000", 3]);
  t.same(daily("20260107T075959Z", "Europe/Paris"), ["FREQ=DAILY;UNTIL=20260107T085959", 2]);
  t.same(daily("20260107T010000Z", "America/New_York"), ["FREQ=DAILY;UNTIL=20260106T200000", 2]);
  t.equal(daily("20260107Z", "UTC"), "INVALID_RULE");
  t.equal(daily("20260230T080000Z", "UTC"), "INVALID_RULE");
});

t.test("rules that cannot be are refused, with what is allowed", async (t) => {
  t.match(fault("FREQ=HOURLY"), /INVALID_RULE.*FREQ is "HOURLY"; it must be one of DAILY, WEEKLY/);
  t.match(fault("BYDAY=MO"), /no FREQ/);
  t.match(fault("FREQ=DAILY;COUNT=3;UNTIL=20260201"), /COUNT_WITH_UNTIL.*Take one out/);
  t.match(fault("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30"), /NEVER_MATCHES.*no day within 9 years/);
  t.match(fault("FREQ=DAILY;UNTIL=20370101"), /TOO_LONG_AHEAD.*10 years/);
  t.match(fault("FREQ=WEEKLY;COUNT=600"), /TOO_LONG_AHEAD.*COUNT is 600.*10 years/);
  t.equal(fault("FREQ=YEARLY;COUNT=11"), "none", "the eleventh is ten years later");
  t.match(fault("FREQ=YEARLY;COUNT=12"), /TOO_LONG_AHEAD/);
  t.match(fault("FREQ=DAILY;UNTIL=20250101"), /INVALID_RULE.*Nothing would ever happen/);
  t.match(fault("FREQ=DAILY;UNTIL=20260230"), /INVALID_RULE.*calendar does not have/);
  t.match(fault("FREQ=YEARLY;BYWEEKNO=54"), /INVALID_RULE.*weeks from 1 to 53/);
  t.match(fault("FREQ=YEARLY;BYDAY=53MO"), /INVALID_RULE.*counted to 52/);
  t.match(fault("FREQ=WEEKLY;BYWEEKNO=5"), /BYWEEKNO needs FREQ=YEARLY/);
  t.match(fault("FREQ=WEEKLY;BYDAY=1MO"), /needs FREQ=MONTHLY or YEARLY/);
  t.match(fault("FREQ=WEEKLY;BYMONTHDAY=1"), /no meaning with FREQ=WEEKLY/);
  t.match(fault("FREQ=DAILY;BYHOUR=9"), /UNSUPPORTED_RULE.*time of day comes from the first date/);
  t.match(fault("FREQ=DAILY;FREQ=DAILY"), /twice/);
  t.match(fault("FREQ=DAILY;INTERVAL=0"), /INTERVAL is "0"; it must be a number from 1 to 999/);
  t.match(fault("FREQ=DAILY;BYSETPOS=1"), /add one/);
  t.equal(fault("FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO"), "none", "years with 53 weeks come");
  t.equal(fault("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2096-03-01T09:00:00"), "none", "2100 has none, 2104 has");
});

const weekday = fc.constantFrom("MO", "TU", "WE", "TH", "FR", "SA", "SU");
const list = <T>(one: fc.Arbitrary<T>, maxLength = 3) => fc.uniqueArray(one, { minLength: 1, maxLength });
const counted = (...ordinals: number[]) =>
  list(fc.tuple(fc.constantFrom(...ordinals), weekday).map(([at, day]) => `${at}${day}`));
const monthDays = (most = 3) =>
  list(fc.oneof(fc.integer({ min: 1, max: 31 }), fc.integer({ min: -31, max: -1 })), most);
const months = list(fc.integer({ min: 1, max: 12 }));
const has = (name: string, values: fc.Arbitrary<unknown[]>) => values.map((found) => `${name}=${found.join(",")}`);
const may = (name: string, values: fc.Arbitrary<unknown[]>) => fc.option(has(name, values), { nil: "" });
/** One position: the other implementation tells a date twice that two of them name. */
const position = has("BYSETPOS", list(fc.constantFrom(1, 2, -1, -2), 1));

/** Random rules of the four frequencies. */
const rule = fc.oneof(
  fc.tuple(fc.constant("FREQ=DAILY"), may("BYDAY", list(weekday)), may("BYMONTH", months)),
  fc.tuple(fc.constant("FREQ=DAILY"), has("BYMONTHDAY", monthDays()), may("BYDAY", list(weekday))),
  fc.tuple(fc.constant("FREQ=WEEKLY"), may("BYDAY", list(weekday)), may("BYMONTH", months)),
  fc.tuple(fc.constant("FREQ=WEEKLY"), has("BYDAY", list(weekday)), has("WKST", list(weekday, 1))),
  // The other implementation wants plain and counted weekdays at once where both stand in a rule; RFC 5545 wants either.
  fc.tuple(fc.constant("FREQ=MONTHLY"), may("BYDAY", list(weekday))),
  fc.tuple(fc.constant("FREQ=MONTHLY"), has("BYDAY", counted(1, 2, 4, 5, -1, -2, -5)), may("BYMONTH", months)),
  fc.tuple(fc.constant("FREQ=MONTHLY"), has("BYMONTHDAY", monthDays()), may("BYMONTH", months)),
  fc.tuple(fc.constant("FREQ=MONTHLY"), has("BYDAY", list(weekday)), has("BYMONTHDAY", monthDays(8))),
  fc.tuple(fc.constant("FREQ=MONTHLY"), has("BYDAY", list(weekday, 5)), position),
  fc.tuple(fc.constant("FREQ=YEARLY"), may("BYMONTH", months), may("BYMONTHDAY", monthDays())),
  fc.tuple(fc.constant("FREQ=YEARLY"), may("BYMONTH", months), has("BYDAY", list(weekday))),
  fc.tuple(fc.constant("FREQ=YEARLY"), has("BYMONTH", months), has("BYDAY", counted(1, 2, 5, -1, -5))),
  fc.tuple(fc.constant("FREQ=YEARLY"), has("BYDAY", counted(1, 20, 52, -1, -52))),
  fc.tuple(fc.constant("FREQ=YEARLY"), has("BYDAY", list(weekday)), position),
);

t.test("another implementation finds the same dates", async () => {
  const day = fc.date({ min: new Date("2020-01-01"), max: new Date("2030-01-01"), noInvalidDate: true });
  const ending = fc.oneof(
    fc.constant({}),
    fc.record({ count: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ afterDays: fc.integer({ min: 1, max: 1_000 }), time: fc.constantFrom("085959", "090000", "") }),
  );
  const dateOf = (start: Date, days: number) =>
    new Date(start.getTime() + days * 86_400_000).toISOString().slice(0, 10);
  fc.assert(
    fc.property(rule, fc.integer({ min: 1, max: 4 }), ending, day, (found, interval, end, start) => {
      const from = `${dateOf(start, 0)}T09:00:00`;
      const parts = [...found, `INTERVAL=${interval}`, ...("count" in end ? [`COUNT=${end.count}`] : [])];
      const last = "afterDays" in end ? dateOf(start, end.afterDays).replaceAll("-", "") : null;
      const time = "time" in end ? end.time : "";
      const until = (zone: string) =>
        last === null ? [] : [`UNTIL=${last}${time === "" && zone === "" ? "" : `T${time || "235959"}${zone}`}`];
      const ruleOf = (zone: string) => [...parts, ...until(zone)].filter((value) => value !== "").join(";");
      const read = readRecurrence(ruleOf(""), from);
      // Rules that match nothing for years are refused here, and searched for ever there; so are those that count too far.
      if (isRecurrenceFault(read)) {
        return read.code === "NEVER_MATCHES" || ("count" in end && read.code === "TOO_LONG_AHEAD");
      }
      const to = `${dateOf(start, 3 * 365)}T09:00:00`;
      const ours = expand(read, { from, to, limit: 10_000 });
      const options = rrule.RRule.parseString(ruleOf("Z"));
      const other = new rrule.RRule({ ...options, dtstart: new Date(`${from}Z`) });
      const theirs = other.between(new Date(`${from}Z`), new Date(`${to}Z`), true);
      const expected = theirs.map((date) => date.toISOString().slice(0, 19));
      if (JSON.stringify(ours) === JSON.stringify(expected)) return true;
      throw new Error(`${ruleOf("")} from ${from}: ${ours.slice(0, 5)} but ${expected.slice(0, 5)}`);
    }),
    { numRuns: 350 },
  );
});

// The other implementation counts weeks within calendar years: the calendar itself is asked.
t.test("weeks are those of ISO 8601, the 53rd included", async () => {
  const edge = fc.constantFrom(1, 52, 53, -1, -52, -53);
  const weeks = list(fc.oneof(edge, fc.integer({ min: 2, max: 51 }), fc.integer({ min: -51, max: -2 })));
  const names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
  fc.assert(
    fc.property(weeks, list(weekday), fc.integer({ min: 0, max: 3_000 }), (wanted, days, offset) => {
      const first = Temporal.PlainDate.from("2020-01-01").add({ days: offset });
      const from = `${first.toString()}T09:00:00`;
      const read = readRecurrence(`FREQ=YEARLY;BYWEEKNO=${wanted.join(",")};BYDAY=${days.join(",")}`, from);
      if (isRecurrenceFault(read)) return read.code === "NEVER_MATCHES";
      const until = first.add({ years: 7 });
      const expected: string[] = [];
      for (let date = first; Temporal.PlainDate.compare(date, until) < 0; date = date.add({ days: 1 })) {
        const last = Temporal.PlainDate.from({ year: date.yearOfWeek ?? 0, month: 12, day: 28 }).weekOfYear ?? 0;
        const week = date.weekOfYear ?? 0;
        const isWanted = wanted.includes(week) || wanted.includes(week - last - 1);
        if (isWanted && days.some((day) => day === names[date.dayOfWeek - 1]))
          expected.push(`${date.toString()}T09:00:00`);
      }
      const ours = expand(read, { from, to: `${until.toString()}T08:59:59`, limit: 10_000 });
      if (JSON.stringify(ours) === JSON.stringify(expected)) return true;
      throw new Error(`${read.rule} from ${from}: ${ours.slice(0, 5)} but ${expected.slice(0, 5)}`);
    }),
    { numRuns: 40 },
  );
});
