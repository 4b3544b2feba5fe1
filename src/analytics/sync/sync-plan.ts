/** When a post's numbers are read: often while they move, then less and less. Pure. */
import { addMilliseconds } from "../../infra/clock.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Between two looks that somebody asks for, in milliseconds; also from a look that came by itself. */
export const manualGap = 5 * minute;

/** A post is measured for so long, in milliseconds; afterwards only when somebody asks. */
const measuredFor = 30 * day;

/** By age, the youngest first. */
const cadence = [
  { under: 6 * hour, every: hour },
  { under: day, every: 3 * hour },
  { under: 3 * day, every: 12 * hour },
  { under: measuredFor, every: day },
] as const;

/** Looks that find nothing new double the pause, up to eight times. */
const mostDoublings = 3;

/**
 * When to look next; null: not by itself any more. `flat` counts the looks in a row that found nothing new. The last look is at
 * the end of the thirty days, so that what is known in the end is not older than that.
 */
export function nextSync({
  publishedAt,
  now,
  flat,
}: {
  readonly publishedAt: Date;
  readonly now: Date;
  readonly flat: number;
}): Date | null {
  const age = now.getTime() - publishedAt.getTime();
  const step = cadence.find(({ under }) => age < under);
  if (step === undefined) return null;
  const pause = step.every * 2 ** Math.min(flat, mostDoublings);
  return new Date(Math.min(now.getTime() + pause, publishedAt.getTime() + measuredFor));
}

/** When to look again after a look that failed for reasons that pass; null: the post is too old to try again. */
export function nextTry({
  publishedAt,
  now,
  failures,
}: {
  readonly publishedAt: Date;
  readonly now: Date;
  readonly failures: number;
}): Date | null {
  if (now.getTime() - publishedAt.getTime() >= measuredFor) return null;
  return addMilliseconds(now, Math.min(15 * minute * 2 ** Math.min(failures - 1, 10), 12 * hour));
}
