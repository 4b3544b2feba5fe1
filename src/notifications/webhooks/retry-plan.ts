/** When a message that did not arrive is tried again, and when nobody tries any more. */

const minute = 60_000;
const hour = 60 * minute;

/** After the first try that failed, the second, and so on. */
const pauses = [minute, 5 * minute, 20 * minute, hour, 3 * hour, 8 * hour, 24 * hour];

/** Tries of one message. */
export const maxTries = pauses.length + 1;

/** Tries in a row that may fail, over all messages, before a webhook is paused. */
export const maxFailures = 20;

/** A receiver may ask for more patience than the plan has, up to this. */
const longest = 24 * hour;

/**
 * Milliseconds until the next try, a tenth more or less so that many do not come back at once.
 * @param tries so far, at least one and less than `maxTries`.
 * @param askedFor milliseconds that the receiver asked for; null: it did not.
 * @param random 0 to 1.
 */
export function pauseAfter(tries: number, askedFor: number | null, random: number): number {
  const planned = (pauses[tries - 1] ?? longest) * (0.9 + 0.2 * random);
  return Math.round(Math.max(planned, Math.min(askedFor ?? 0, longest)));
}

/** What `Retry-After` asks for, in milliseconds from now: seconds, or a date (RFC 9110). Null for anything else. */
export function readRetryAfter(header: string | undefined, now: Date): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime());
}
