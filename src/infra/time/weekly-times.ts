/** Times that come back every week on the clocks of one zone. Dates are counted on the calendar; `local-time.ts` resolves each. */
import { Temporal } from "temporal-polyfill";
import type { LocalPlan } from "./local-plan.ts";
import { type LocalTimeKind, localTimeAt, resolveLocalTime } from "./local-time.ts";

/** The days of the week as the API names them, from Monday. */
export const weekdays = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"] as const;

/** A time of the week. */
export interface WeeklyTime {
  /** 1 is Monday, 7 Sunday. */
  readonly weekday: number;
  /** `09:00`. */
  readonly time: string;
}

/** Times of the week in one zone. */
export interface Week {
  readonly timeZone: string;
  readonly times: readonly WeeklyTime[];
}

/** One date of a weekly time. */
export interface WeeklyDate extends LocalPlan {
  readonly at: Date;
  readonly kind: LocalTimeKind;
}

/**
 * The dates of a week's times after one instant and up to another, in order, each instant once: times that a gap pushes onto each
 * other are one. The zone and the times exist: callers have checked both.
 */
export function* weeklyDates({ timeZone, times }: Week, after: Date, until: Date): Generator<WeeklyDate, void> {
  if (times.length === 0) return;
  const inOrder = times.toSorted((one, other) => (one.time < other.time ? -1 : 1));
  let last = after;
  // A day early: a gap may push a time of yesterday past midnight.
  let day = Temporal.PlainDate.from(localTimeAt(after, timeZone).slice(0, 10)).subtract({ days: 1 });
  for (;;) {
    for (const { time } of inOrder.filter(({ weekday }) => weekday === day.dayOfWeek)) {
      const localTime = `${day.toString()}T${time}:00`;
      const { instant: at, kind } = resolveLocalTime(localTime, timeZone);
      if (at > until) return;
      if (at > last) yield { at, kind, localTime, timeZone };
      if (at > last) last = at;
    }
    day = day.add({ days: 1 });
  }
}
