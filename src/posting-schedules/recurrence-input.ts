/** When a schedule happens, as people say it: a rule of RFC 5545, or times on weekdays. */
import { Temporal } from "temporal-polyfill";
import { z } from "zod";
import type { ValidationIssue } from "../infra/errors.ts";
import { localTimeAt, readLocalDateTime } from "../infra/time/local-time.ts";
import { isRecurrenceFault, readRecurrence } from "../infra/time/recurrence.ts";
import { weekdays } from "../infra/time/weekly-times.ts";
import { type DatePlan, nextDates } from "./dates.ts";

/** Most slots of one schedule. */
const mostSlots = 50;

/** The first date may lie so many years back, so that "every other week" can count from an old one. */
const oldestAnchor = 10;

/** Nobody plans further ahead, in years: posts do not either. */
const furthestAnchor = 5;

const slot = z.object({
  weekday: z.enum(weekdays),
  times: z
    .array(
      z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, {
        error: (issue) => `"${String(issue.input)}" is no time of the day. Write hours and minutes, such as 09:00.`,
      }),
    )
    .min(1, "The weekday has no time. Name at least one, such as 09:00.")
    .max(24, "A weekday takes at most 24 times."),
});

/** Exactly one of the two, as GraphQL makes sure. */
export const recurrenceInput = z.object({
  rule: z
    .object({ text: z.string().max(500, "The rule is longer than 500 characters."), firstAt: z.string() })
    .optional(),
  weekly: z
    .object({
      slots: z.array(slot).min(1, "Name at least one weekday."),
      from: z.string(),
      until: z.string().nullish(),
    })
    .optional(),
});

/** When a schedule happens, as it is stored. */
export type RecurrenceColumns = Pick<DatePlan, "rule" | "slots" | "anchor">;

type Read =
  | { readonly ok: true; readonly columns: RecurrenceColumns }
  | { readonly ok: false; readonly issues: ValidationIssue[] };

/** Reads a recurrence of a schedule in a zone. Paths begin with `recurrence`. */
export function readRecurrenceInput(input: z.output<typeof recurrenceInput>, at: Date, timeZone: string): Read {
  const { rule, weekly } = input;
  const now = localTimeAt(at, timeZone);
  const read = rule ? readRule(rule, timeZone) : weekly ? readWeekly(weekly) : null;
  if (read === null) throw new Error("A recurrence is neither a rule nor weekly.");
  if (!read.ok) return read;
  const path = rule ? ["recurrence", "rule", "firstAt"] : ["recurrence", "weekly", "from"];
  const { anchor } = read.columns;
  if (anchor < shifted(now, -oldestAnchor)) {
    const message = `${anchor} is more than ${oldestAnchor} years ago. Choose a later first date.`;
    return fault(path, "TOO_LONG_AGO", message);
  }
  if (anchor > shifted(now, furthestAnchor)) {
    return fault(
      path,
      "TOO_FAR_AHEAD",
      `${anchor} is more than ${furthestAnchor} years ahead. Choose an earlier first date.`,
    );
  }
  if (nextDates({ ...read.columns, startsAt: null, endsBefore: null }, { from: now, count: 1 }).length === 0) {
    return fault(path.slice(0, 2), "NOTHING_TO_COME", "All dates of it are over. Let it end later, or begin later.");
  }
  return read;
}

const fault = (path: readonly string[], code: string, message: string): Read => ({
  ok: false,
  issues: [{ path, code, message }],
});

const shifted = (local: string, years: number): string =>
  Temporal.PlainDateTime.from(local).add({ years }).toString({ smallestUnit: "second" });

function readRule({ text, firstAt }: { readonly text: string; readonly firstAt: string }, timeZone: string): Read {
  const anchor = readLocalDateTime(firstAt);
  if (anchor === null) {
    const message = `"${firstAt.slice(0, 40)}" is no date and time that the calendar has. Write local time without zone, such as 2026-03-02T09:00.`;
    return fault(["recurrence", "rule", "firstAt"], "INVALID_DATE", message);
  }
  const read = readRecurrence(text, anchor, timeZone);
  if (isRecurrenceFault(read)) return fault(["recurrence", "rule", "text"], read.code, read.message);
  return { ok: true, columns: { rule: read.rule, slots: null, anchor } };
}

type Weekly = NonNullable<z.output<typeof recurrenceInput>["weekly"]>;

function readWeekly({ slots, from, until }: Weekly): Read {
  const path = ["recurrence", "weekly"];
  const anchor = dayOf(from);
  if (anchor === null) return fault([...path, "from"], "INVALID_DATE", notADay(from));
  const end = typeof until === "string" ? dayOf(until) : null;
  if (typeof until === "string" && end === null) return fault([...path, "until"], "INVALID_DATE", notADay(until));
  if (end !== null && end < anchor) {
    return fault([...path, "until"], "INVALID_RULE", `It would end on ${until ?? ""}, before it begins on ${from}.`);
  }
  if (end !== null && end > shifted(anchor, 10)) {
    return fault(
      [...path, "until"],
      "TOO_LONG_AHEAD",
      `${until ?? ""} is more than 10 years after ${from}. Leave it out for a schedule without an end.`,
    );
  }
  const times = slots.flatMap(({ weekday, times: clock }) => clock.map((time) => ({ weekday, time })));
  if (times.length > mostSlots) {
    return fault(
      [...path, "slots"],
      "TOO_MANY",
      `There are ${times.length} slots; a schedule takes at most ${mostSlots} a week.`,
    );
  }
  const seen = new Set<string>();
  const double = times.find(({ weekday, time }) => seen.size === seen.add(`${weekday} ${time}`).size);
  if (double !== undefined) {
    return fault([...path, "slots"], "DUPLICATE", `${double.weekday} ${double.time} is named twice.`);
  }
  return { ok: true, columns: { rule: null, slots: { times, until: end?.slice(0, 10) ?? null }, anchor } };
}

const dayOf = (text: string): string | null => (text.length === 10 ? readLocalDateTime(`${text}T00:00`) : null);

const notADay = (text: string): string =>
  `"${text.slice(0, 40)}" is no day that the calendar has. Write it as year, month and day: 2026-03-02.`;
