/**
 * Times of day where somebody is. A day there has 23 to 25 hours: a minute that is skipped in spring means the first moment after
 * the gap, and one that comes twice in autumn means the first of the two.
 */

const minute = 60_000;
const day = 24 * 60;

/** A moment as a clock on the wall shows it. */
export interface LocalTime {
  /** Days since 1970-01-01, by the calendar there. */
  readonly day: number;
  /** Minutes since the day began, 0 to 1,439. */
  readonly minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const parts = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" } as const;
  const format = new Intl.DateTimeFormat("en-u-ca-iso8601", { timeZone, hourCycle: "h23", ...parts });
  formats.set(timeZone, format);
  return format;
}

/** What a clock shows at a moment. Throws a RangeError for a zone that the runtime does not know. */
export function localTime(at: Date, timeZone: string): LocalTime {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const midnight = Date.UTC(part("year"), part("month") - 1, part("day"));
  return { day: midnight / (day * minute), minute: part("hour") * 60 + part("minute") };
}

/** The first moment at which a clock there shows this time or a later one, to the minute. */
export function momentOf({ day: wantedDay, minute: wantedMinute }: LocalTime, timeZone: string): Date {
  const wanted = wantedDay * day + wantedMinute;
  const shown = (at: number) => {
    const local = localTime(new Date(at * minute), timeZone);
    return local.day * day + local.minute;
  };
  // Offsets lie between -12 and +14 hours; a clock is set forward or back by three hours at most, but for the date line.
  let before = wanted - 15 * 60;
  let step = 15;
  for (;;) {
    while (shown(before + step) < wanted) before += step;
    if (step === 1) return new Date((before + 1) * minute);
    step = 1;
  }
}
