/** Stretches of time on somebody's calendar. */
import { Temporal } from "temporal-polyfill";
import { startOfDay } from "../calendar.ts";

/** The lengths of a chart's buckets. */
export const bucketSizes = ["HOUR", "DAY", "WEEK", "MONTH"] as const;

/** One of {@link bucketSizes}. */
export type BucketSize = (typeof bucketSizes)[number];

/** Where buckets begin; the last entry is where the last one ends. */
export interface Buckets {
  readonly instants: readonly Date[];
  /** The same on the calendar, as `2026-11-25`; null for hours. */
  readonly days: readonly string[] | null;
}

/**
 * The whole buckets that a range touches, in order: days begin at the zone's midnight (or behind the gap that swallows it), weeks on
 * Monday, months on the first, hours with the zone's clocks. Null when there are more than `most`.
 */
export function bucketsOf(
  {
    from,
    to,
    bucket,
    zone,
  }: { readonly from: Date; readonly to: Date; readonly bucket: BucketSize; readonly zone: string },
  most: number,
): Buckets | null {
  const start = Temporal.Instant.fromEpochMilliseconds(from.getTime()).toZonedDateTimeISO(zone);
  if (bucket === "HOUR") return hoursOf(start, to, most);
  const days: string[] = [];
  const instants: Date[] = [];
  for (let day = firstDay(start.toPlainDate(), bucket); ; day = day.add(lengths[bucket])) {
    const begin = startOfDay(day.toString(), zone);
    days.push(day.toString());
    instants.push(begin);
    if (begin >= to) return { instants, days };
    if (instants.length > most) return null;
  }
}

const lengths = { DAY: { days: 1 }, WEEK: { weeks: 1 }, MONTH: { months: 1 } } as const;

function firstDay(day: Temporal.PlainDate, bucket: Exclude<BucketSize, "HOUR">): Temporal.PlainDate {
  if (bucket === "WEEK") return day.subtract({ days: day.dayOfWeek - 1 });
  return bucket === "MONTH" ? day.with({ day: 1 }) : day;
}

function hoursOf(start: Temporal.ZonedDateTime, to: Date, most: number): Buckets | null {
  const first = start.round({ smallestUnit: "hour", roundingMode: "floor" }).epochMilliseconds;
  const hour = 60 * 60_000;
  const count = Math.ceil((to.getTime() - first) / hour);
  if (count > most) return null;
  return { instants: Array.from({ length: count + 1 }, (_, index) => new Date(first + index * hour)), days: null };
}
