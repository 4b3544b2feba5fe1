import { localTime, momentOf } from "../../infra/time/time-of-day.ts";
import type { Recipient } from "../recipients.ts";

/** When somebody is mailed. */
type Person = Pick<Recipient, "timeZone" | "settings">;

/** When something that happens now is mailed: at once and outside the quiet hours, or with the next digest. */
export function mailDueAt(now: Date, person: Person, critical: boolean): Date {
  return critical ? afterQuietHours(now, person) : nextDigest(now, person);
}

/** The moment itself, or the end of the quiet hours in which it lies. */
export function afterQuietHours(at: Date, { timeZone, settings: { quietFrom, quietUntil } }: Person): Date {
  if (quietFrom === null || quietUntil === null || quietFrom === quietUntil) return at;
  const { day } = localTime(at, timeZone);
  // They may have begun yesterday.
  for (const start of [day - 1, day]) {
    const end = momentOf({ day: quietUntil > quietFrom ? start : start + 1, minute: quietUntil }, timeZone);
    if (momentOf({ day: start, minute: quietFrom }, timeZone) <= at && at < end) return end;
  }
  return at;
}

function nextDigest(now: Date, person: Person): Date {
  const { timeZone, settings } = person;
  const { day, minute } = localTime(now, timeZone);
  const today = momentOf({ day, minute: settings.digestAt }, timeZone);
  const next =
    minute < settings.digestAt && today > now ? today : momentOf({ day: day + 1, minute: settings.digestAt }, timeZone);
  return afterQuietHours(next, person);
}
