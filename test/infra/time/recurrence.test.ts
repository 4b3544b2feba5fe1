import fc from "fast-check";
import rrule from "rrule";
import t from "tap";
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

t.test("rules that cannot be are refused, with what is allowed", async (t) => {
  t.match(fault("FREQ=HOURLY"), /INVALID_RULE.*FREQ is "HOURLY"; it must be one of DAILY, WEEKLY/);
  t.match(fault("BYDAY=MO"), /no FREQ/);
  t.match(fault("FREQ=DAILY;COUNT=3;UNTIL=20260201"), /COUNT_WITH_UNTIL.*Take one out/);
  t.match(fault("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30"), /NEVER_MATCHES.*no day within 9 years/);
  t.match(fault("FREQ=DAILY;UNTIL=20370101"), /TOO_LONG_AHEAD.*10 years/);
  t.match(fault("FREQ=DAILY;UNTIL=20250101"), /INVALID_RULE.*Nothing would ever happen/);
  t.match(fault("FREQ=DAILY;UNTIL=20260230"), /INVALID_RULE.*calendar does not have/);
  t.match(fault("FREQ=YEARLY;BYWEEKNO=54"), /INVALID_RULE.*weeks from 1 to 53/);
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
const ordinal = fc.tuple(fc.constantFrom("1", "2", "4", "-1", "-2"), weekday).map(([at, day]) => `${at}${day}`);
const monthDay = fc.oneof(fc.integer({ min: 1, max: 31 }), fc.integer({ min: -31, max: -1 }));
const part = (name: string, values: fc.Arbitrary<unknown[]>) =>
  fc.option(
    values.map((found) => `${name}=${found.join(",")}`),
    { nil: "" },
  );

/** Random rules of the four frequencies. */
const rule = fc.oneof(
  fc.tuple(
    fc.constant("FREQ=DAILY"),
    part("BYDAY", list(weekday)),
    part("BYMONTH", list(fc.integer({ min: 1, max: 12 }))),
  ),
  fc.tuple(
    fc.constant("FREQ=WEEKLY"),
    part("BYDAY", list(weekday)),
    part("BYMONTH", list(fc.integer({ min: 1, max: 12 }))),
  ),
  // The other implementation wants plain and counted weekdays at once where both stand in a rule; RFC 5545 wants either.
  fc.tuple(fc.constant("FREQ=MONTHLY"), part("BYDAY", list(weekday))),
  fc.tuple(fc.constant("FREQ=MONTHLY"), part("BYDAY", list(ordinal))),
  fc.tuple(fc.constant("FREQ=MONTHLY"), part("BYMONTHDAY", list(monthDay))),
  fc.tuple(
    fc.constant("FREQ=YEARLY"),
    part("BYMONTH", list(fc.integer({ min: 1, max: 12 }))),
    part("BYMONTHDAY", list(monthDay)),
  ),
);

t.test("another implementation finds the same dates", async () => {
  const day = fc.date({ min: new Date("2020-01-01"), max: new Date("2030-01-01"), noInvalidDate: true });
  const ending = fc.oneof(
    fc.constant(""),
    fc.integer({ min: 1, max: 40 }).map((count) => `COUNT=${count}`),
  );
  fc.assert(
    fc.property(rule, fc.integer({ min: 1, max: 4 }), ending, day, (found, interval, end, start) => {
      const text = [...found, `INTERVAL=${interval}`, end].filter((value) => value !== "").join(";");
      const from = `${start.toISOString().slice(0, 10)}T09:00:00`;
      const read = readRecurrence(text, from);
      // Rules that match nothing for years are refused here, and searched for ever there.
      if (isRecurrenceFault(read)) return read.code === "NEVER_MATCHES";
      const to = new Date(start.getTime() + 3 * 365 * 86_400_000);
      const ours = expand(read, { from, to: `${to.toISOString().slice(0, 10)}T09:00:00`, limit: 10_000 });
      const options = rrule.RRule.parseString(text);
      const other = new rrule.RRule({ ...options, dtstart: new Date(`${from}Z`) });
      const theirs = other.between(new Date(`${from}Z`), new Date(`${to.toISOString().slice(0, 10)}T09:00:00Z`), true);
      const expected = theirs.map((date) => date.toISOString().slice(0, 19));
      if (JSON.stringify(ours) === JSON.stringify(expected)) return true;
      throw new Error(`${text} from ${from}: ${ours.slice(0, 5)} but ${expected.slice(0, 5)}`);
    }),
    { numRuns: 400 },
  );
});
