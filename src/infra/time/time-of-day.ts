/** Times of day where somebody is, to the minute. `local-time.ts` resolves them, gaps and overlaps included. */
import { Temporal } from "temporal-polyfill";
import { localTimeAt, resolveLocalTime } from "./local-time.ts";

const minutesOfDay = 24 * 60;
const epoch = Temporal.PlainDate.from("1970-01-01");

/** A moment as a clock on the wall shows it. */
export interface LocalTime {
  /** Days since 1970-01-01, by the calendar there. */
  readonly day: number;
  /** Minutes since the day began, 0 to 1,439. */
  readonly minute: number;
}

/** What a clock shows at a moment. Throws a RangeError for a zone that the runtime does not know. */
export function localTime(at: Date, timeZone: string): LocalTime {
  const shown = Temporal.PlainDateTime.from(localTimeAt(at, timeZone));
  return { day: epoch.until(shown.toPlainDate()).days, minute: shown.hour * 60 + shown.minute };
}

/** The first moment at which a clock there shows this time or a later one. */
export function momentOf({ day, minute }: LocalTime, timeZone: string): Date {
  const date = epoch.add({ days: day + Math.floor(minute / minutesOfDay) });
  const midnight = date.toPlainDateTime();
  const local = midnight.add({ minutes: minute % minutesOfDay });
  return resolveLocalTime(local.toString({ smallestUnit: "second" }), timeZone).instant;
}
