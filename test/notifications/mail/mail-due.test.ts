import t from "tap";
import { afterQuietHours, mailDueAt } from "../../../src/notifications/mail/mail-due.ts";

const person = (timeZone: string, more: object = {}) => ({
  timeZone,
  settings: { quietFrom: 22 * 60, quietUntil: 7 * 60, digestAt: 8 * 60, mailsOff: false, ...more },
});
const iso = (text: string) => new Date(text).toISOString();

t.test("in quiet hours what is urgent waits for their end, where the person is", async (t) => {
  const cases = [
    ["2026-07-01T21:00:00Z", "2026-07-02T05:00:00Z", "23:00 in Berlin"],
    ["2026-07-01T19:59:00Z", "2026-07-01T19:59:00Z", "21:59"],
    ["2026-07-01T20:00:00Z", "2026-07-02T05:00:00Z", "22:00"],
    ["2026-07-02T04:59:00Z", "2026-07-02T05:00:00Z", "06:59, begun yesterday"],
    ["2026-07-02T05:00:00Z", "2026-07-02T05:00:00Z", "07:00"],
    ["2026-03-28T23:00:00Z", "2026-03-29T05:00:00Z", "the night that loses an hour"],
    ["2026-10-24T23:00:00Z", "2026-10-25T06:00:00Z", "the night that gains one"],
  ] as const;
  for (const [now, due, when] of cases) {
    t.equal(mailDueAt(new Date(now), person("Europe/Berlin"), true).toISOString(), iso(due), when);
  }
  const noon = { quietFrom: 12 * 60, quietUntil: 13 * 60 };
  t.equal(
    afterQuietHours(new Date("2026-07-01T12:30:00Z"), person("UTC", noon)).toISOString(),
    iso("2026-07-01T13:00:00Z"),
  );
  const none = { quietFrom: null, quietUntil: null };
  t.equal(
    afterQuietHours(new Date("2026-07-01T23:30:00Z"), person("UTC", none)).toISOString(),
    iso("2026-07-01T23:30:00Z"),
  );
});

t.test("quiet hours that end in the hour that comes twice end once", async (t) => {
  const settings = { quietFrom: 60, quietUntil: 150 };
  const end = iso("2026-10-25T00:30:00Z");
  t.equal(afterQuietHours(new Date("2026-10-25T00:15:00Z"), person("Europe/Berlin", settings)).toISOString(), end);
  const again = new Date("2026-10-25T01:15:00Z");
  t.equal(afterQuietHours(again, person("Europe/Berlin", settings)), again);
});

t.test("everything else waits for the next digest, one a day", async (t) => {
  const cases = [
    ["2026-07-01T05:59:00Z", "2026-07-01T06:00:00Z"],
    ["2026-07-01T06:00:00Z", "2026-07-02T06:00:00Z"],
    ["2026-03-28T12:00:00Z", "2026-03-29T06:00:00Z"],
    ["2026-03-27T12:00:00Z", "2026-03-28T07:00:00Z"],
  ] as const;
  for (const [now, due] of cases)
    t.equal(mailDueAt(new Date(now), person("Europe/Berlin"), false).toISOString(), iso(due), now);
  const early = person("Europe/Berlin", { digestAt: 6 * 60 });
  t.equal(
    mailDueAt(new Date("2026-07-01T12:00:00Z"), early, false).toISOString(),
    iso("2026-07-02T05:00:00Z"),
    "not in quiet hours",
  );
});
