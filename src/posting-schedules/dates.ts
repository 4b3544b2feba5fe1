/** The dates of a schedule, on the calendar alone. */
import { Temporal } from "temporal-polyfill";
import { z } from "zod";
import type { LocalDateTime } from "../infra/time/local-time.ts";
import { expand, type Recurrence, type Span } from "../infra/time/recurrence.ts";
import { weekdays } from "../infra/time/weekly-times.ts";

const weeklySlots = z.object({
  times: z.array(z.object({ weekday: z.enum(weekdays), time: z.string() })),
  until: z.string().nullable(),
});

/** Times on weekdays, until the end of a day. */
export type WeeklySlots = z.output<typeof weeklySlots>;

/** When a schedule happens: by `rule` or by `slots`, within `startsAt` and `endsBefore`. */
export interface DatePlan {
  readonly rule: string | null;
  readonly slots: WeeklySlots | null;
  readonly anchor: LocalDateTime;
  readonly startsAt: LocalDateTime | null;
  readonly endsBefore: LocalDateTime | null;
}

/** A stored schedule as a plan. */
export const planOf = (row: Omit<DatePlan, "slots"> & { readonly slots: unknown }): DatePlan => ({
  ...{ rule: row.rule, anchor: row.anchor, startsAt: row.startsAt, endsBefore: row.endsBefore },
  slots: row.slots === null ? null : weeklySlots.parse(row.slots),
});

/** The rules whose dates together are the plan's. */
function recurrences({ rule, slots, anchor }: DatePlan): Recurrence[] {
  if (rule !== null) return [{ rule, anchor }];
  const byTime = Map.groupBy(slots?.times ?? [], ({ time }) => time);
  const end = slots?.until ? `;UNTIL=${slots.until.replaceAll("-", "")}` : "";
  return [...byTime].map(([time, found]) => {
    const days = found.map(({ weekday }) => weekday.slice(0, 2)).join(",");
    return { rule: `FREQ=WEEKLY${end};BYDAY=${days}`, anchor: `${anchor.slice(0, 10)}T${time}:00` };
  });
}

/** The dates of a plan within a span, in order. */
export function datesOf(plan: DatePlan, { from, to, limit }: Span): LocalDateTime[] {
  const first = plan.startsAt !== null && plan.startsAt > from ? plan.startsAt : from;
  const isWithin = (date: LocalDateTime) => date >= first && (plan.endsBefore === null || date < plan.endsBefore);
  if (first > to) return [];
  const found = recurrences(plan).flatMap((recurrence) => expand(recurrence, { from: first, to, limit }));
  return [...new Set(found)].toSorted().filter(isWithin).slice(0, limit);
}

/** How far is looked for further dates, in months, one after the other: rules match daily or once in eight years. */
const looks = [2, 14, 120] as const;

/** The next dates of a plan from a local time on; fewer where it ends, or where ten years do not have so many. */
export function nextDates(
  plan: DatePlan,
  { from, count }: { readonly from: LocalDateTime; readonly count: number },
): LocalDateTime[] {
  const start = plan.anchor > from ? plan.anchor : from;
  let found: LocalDateTime[] = [];
  for (const months of looks) {
    const to = Temporal.PlainDateTime.from(start).add({ months }).toString({ smallestUnit: "second" });
    found = datesOf(plan, { from: start, to, limit: count });
    if (found.length === count) break;
  }
  return found;
}
