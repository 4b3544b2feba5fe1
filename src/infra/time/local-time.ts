/**
 * From a time on somebody's wall to an instant, in one place for the whole server.
 *
 * A local time that clocks skip (spring) becomes the first instant after the gap; one that they show twice (autumn) becomes the first of the two. Libraries
 * and databases disagree here, so nothing else may resolve local times.
 */
import { Temporal } from "temporal-polyfill";

/** What the clocks of a zone do at a local time. */
export type LocalTimeKind = "NORMAL" | "SKIPPED_GAP" | "REPEATED_HOUR";

/** A local time as an instant. */
export interface ResolvedTime {
  readonly instant: Date;
  readonly kind: LocalTimeKind;
}

/** A date and time without zone, `2026-03-29T02:30` or with seconds. */
export type LocalDateTime = string;

/** A local date and time that the calendar has; null for `2026-02-29T09:00`, a 25th hour, and everything else. */
export function readLocalDateTime(text: string): LocalDateTime | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(text)) return null;
  try {
    return formatLocal(Temporal.PlainDateTime.from(text, { overflow: "reject" }));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/**
 * The instant of a local time in an IANA zone.
 * @throws RangeError for a zone or time that does not exist: callers have checked both.
 */
export function resolveLocalTime(local: LocalDateTime, zone: string): ResolvedTime {
  const plain = Temporal.PlainDateTime.from(local, { overflow: "reject" });
  const earlier = plain.toZonedDateTime(zone, { disambiguation: "earlier" });
  const later = plain.toZonedDateTime(zone, { disambiguation: "later" });
  if (earlier.epochMilliseconds === later.epochMilliseconds) return { instant: instantOf(earlier), kind: "NORMAL" };
  if (earlier.toPlainDateTime().equals(plain)) return { instant: instantOf(earlier), kind: "REPEATED_HOUR" };
  // In a gap the earlier reading lies before the change and the later one behind it.
  const change = earlier.getTimeZoneTransition("next");
  if (change === null) throw new Error(`${zone} skips ${local} without ever changing its clocks.`);
  return { instant: instantOf(change), kind: "SKIPPED_GAP" };
}

/** What the clocks of a zone show at an instant, to the second. */
export function localTimeAt(instant: Date, zone: string): LocalDateTime {
  return formatLocal(
    Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone).toPlainDateTime(),
  );
}

/** The version of the zone database that resolves: what was resolved by another one is resolved again. */
export const zoneDataVersion: string = process.versions["tz"] ?? process.version;

const instantOf = ({ epochMilliseconds }: Temporal.ZonedDateTime): Date => new Date(epochMilliseconds);

const formatLocal = (plain: Temporal.PlainDateTime): LocalDateTime => plain.toString({ smallestUnit: "second" });
