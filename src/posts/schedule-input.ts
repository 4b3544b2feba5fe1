/** When a post shall go out, as clients say it. */
import { z } from "zod";
import { parseInput } from "../infra/parse-input.ts";
import type { LocalPlan } from "../infra/time/local-plan.ts";
import { readLocalDateTime } from "../infra/time/local-time.ts";
import { ianaTimeZone } from "../infra/time-zone.ts";

/** At an instant, at what stands on the clocks of a zone, now, or in the next free slot of each account. */
export const schedule = z.union([
  z.object({ at: z.date() }),
  z.object({ local: z.object({ time: z.string(), timeZone: z.string() }) }),
  z.object({ now: z.literal(true) }),
  z.object({ nextSlot: z.literal(true) }),
]);

/** When a post shall go out. */
export type Schedule = z.output<typeof schedule>;

const localDateTime = z.string().transform((text, context) => {
  const known = readLocalDateTime(text);
  if (known !== null) return known;
  const message = `"${text.slice(0, 40)}" is no date and time that the calendar has. Write local time without zone, such as 2026-03-02T09:00.`;
  context.addIssue({ code: "custom", message, params: { code: "INVALID_DATE" } });
  return z.NEVER;
});

const named = z.object({ schedule: z.object({ local: z.object({ time: localDateTime, timeZone: ianaTimeZone }) }) });

/**
 * The local time that somebody named; null where they said otherwise. Throws a `ValidationError` for days that do not exist and zones that nobody knows, at
 * their place in `schedule`.
 */
export function localPlanOf(when: Schedule): LocalPlan | null {
  if (!("local" in when)) return null;
  const { time, timeZone } = parseInput(named, { schedule: { local: when.local } }).schedule.local;
  return { localTime: time, timeZone };
}
