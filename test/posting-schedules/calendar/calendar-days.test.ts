import t from "tap";
import { type CalendarItem, calendarDays } from "../../../src/posting-schedules/calendar/calendar-days.ts";

const hour = 60 * 60_000;
const item = (at: string, changes: Partial<CalendarItem> = {}): CalendarItem => ({
  ...{ at: new Date(at), socialAccountId: "ada", postId: at, occurrenceId: null, status: "SCHEDULED" },
  ...{ needsApproval: false, needsDecision: false, ...changes },
});

t.test("what an account may still post on a day is told, and what is too much", (t) => {
  const accounts = new Map([
    ["ada", { id: "ada", state: "ACTIVE" as const, quota: { posts: 2, window: 24 * hour } }],
    ["eve", { id: "eve", state: "ACTIVE" as const, quota: { posts: 1, window: 6 * hour } }],
    ["kim", { id: "kim", state: "ACTIVE" as const, quota: null }],
  ]);
  const items = [
    item("2027-03-01T08:00:00Z", { status: "PUBLISHED" }),
    item("2027-03-01T10:00:00Z"),
    item("2027-03-01T12:00:00Z", { status: null, postId: null, occurrenceId: "date" }),
    item("2027-03-01T14:00:00Z", { status: "CANCELLED" }),
    item("2027-03-01T10:00:00Z", { socialAccountId: "eve" }),
    item("2027-03-01T10:00:00Z", { socialAccountId: "kim" }),
    item("2027-03-02T10:00:00Z"),
  ];
  const [first, second, third] = calendarDays(items, accounts, {
    ...{ dates: ["2027-03-01", "2027-03-02", "2027-03-03"], timeZone: "UTC" },
  });
  t.same(first?.quotas, [
    { socialAccountId: "ada", used: 3, allowed: 2, left: 0 },
    { socialAccountId: "eve", used: 1, allowed: 4, left: 3 },
  ]);
  t.same(
    first?.entries.map(({ notes }) => notes),
    [[], ["OVER_QUOTA"], ["OVER_QUOTA"], []],
    "what is out, or never will be, needs nobody",
  );
  t.same(second?.quotas, [{ socialAccountId: "ada", used: 1, allowed: 2, left: 1 }]);
  t.same(third, { date: "2027-03-03", quotas: [], entries: [] });
  t.end();
});
