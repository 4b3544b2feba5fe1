import fc from "fast-check";
import t from "tap";
import { localTime, momentOf } from "../../../src/infra/time/time-of-day.ts";

const dayOf = (date: string) => Date.parse(`${date}T00:00:00Z`) / 86_400_000;
const at = (date: string, time: string) => {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return { day: dayOf(date), minute: hours * 60 + minutes };
};

// As the zone database says (`zdump -v`).
const known = [
  ["Europe/Berlin", "2026-07-01", "08:00", "2026-07-01T06:00:00Z"],
  ["Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:00:00Z", "a gap: the first moment after it"],
  ["Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30:00Z", "twice: the first"],
  ["America/New_York", "2026-03-08", "02:00", "2026-03-08T07:00:00Z"],
  ["America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30:00Z"],
  ["Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30:00Z", "half an hour is skipped"],
  ["Asia/Kathmandu", "2026-01-01", "00:00", "2025-12-31T18:15:00Z"],
  ["Pacific/Apia", "2011-12-30", "12:00", "2011-12-30T10:00:00Z", "a day that never was"],
  ["Pacific/Kiritimati", "2026-01-01", "00:00", "2025-12-31T10:00:00Z"],
  ["America/Sao_Paulo", "2018-11-04", "00:00", "2018-11-04T03:00:00Z", "midnight is skipped"],
] as const;

for (const [zone, date, time, moment, why] of known) {
  t.test(`${date} ${time} in ${zone} is ${moment}${why === undefined ? "" : `: ${why}`}`, async (t) => {
    t.equal(momentOf(at(date, time), zone).toISOString(), new Date(moment).toISOString());
  });
}

t.test("a moment's own clock time is found again, at the same moment or at its first time", async (t) => {
  const zones = fc.constantFrom("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC");
  const minutes = fc.integer({ min: Date.UTC(2020) / 60_000, max: Date.UTC(2030) / 60_000 });
  fc.assert(
    fc.property(zones, minutes, (zone, minute) => {
      const moment = new Date(minute * 60_000);
      const local = localTime(moment, zone);
      const found = momentOf(local, zone);
      const same = localTime(found, zone);
      return found <= moment && same.day === local.day && same.minute === local.minute;
    }),
    { numRuns: 200 },
  );
  t.pass();
});
