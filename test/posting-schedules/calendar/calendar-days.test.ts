import fc from "fast-check";
import t from "tap";
import { type CalendarItem, calendarDays, mostClashes } from "../../../src/posting-schedules/calendar/calendar-days.ts";
import { clashMinutes } from "../../../src/posting-schedules/clashes.ts";

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

t.test("clashes are those that looking at every pair finds, up to ten for each", (t) => {
  const accounts = new Map(["ada", "eve"].map((id) => [id, { id, state: "ACTIVE" as const, quota: null }]));
  const first = Date.parse("2027-03-01T08:00:00Z");
  const items = fc.array(
    fc.record({
      minute: fc.integer({ min: 0, max: 90 }),
      socialAccountId: fc.constantFrom("ada", "eve"),
      post: fc.integer({ min: 0, max: 40 }),
      status: fc.constantFrom("SCHEDULED" as const, "PUBLISHED" as const, null),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(items, (drawn) => {
      const all = drawn
        .map(({ minute, post, status, socialAccountId }) => {
          const at = new Date(first + minute * 60_000).toISOString();
          const named = status === null ? { postId: null, occurrenceId: `${post}` } : { postId: `${post}` };
          return item(at, { ...named, status, socialAccountId });
        })
        .toSorted((one, other) => one.at.getTime() - other.at.getTime());
      const [day] = calendarDays(all, accounts, { dates: ["2027-03-01"], timeZone: "UTC" });
      const open = all.filter(({ status }) => status !== "PUBLISHED");
      const nameOf = ({ postId, occurrenceId }: CalendarItem) => (postId === null ? `o${occurrenceId}` : `p${postId}`);
      const near = (one: CalendarItem, other: CalendarItem) =>
        one.socialAccountId === other.socialAccountId &&
        nameOf(one) !== nameOf(other) &&
        Math.abs(one.at.getTime() - other.at.getTime()) < clashMinutes * 60_000;
      const wanted = open.map((one) => Math.min(mostClashes, open.filter((other) => near(one, other)).length));
      const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
      const told = (day?.entries ?? []).map(({ clashes }) => clashes.length);
      return sum(told) === sum(wanted);
    }),
  );
  t.end();
});
