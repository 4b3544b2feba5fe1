import { addMilliseconds } from "../infra/clock.ts";
import { type LocalDateTime, resolveLocalTime, zoneDataVersion } from "../infra/time/local-time.ts";

const minute = 60_000;

/** A post may still go out so long after its time; what is later is missed. */
export const grace = 60 * minute;

/** A local time of an occurrence as its columns. */
export function resolvedColumns(local: LocalDateTime, timeZone: string) {
  const { instant: at, kind: timeKind } = resolveLocalTime(local, timeZone);
  return { timeZone, at, timeKind, zoneVersion: zoneDataVersion };
}

/** When work on an occurrence begins. */
export const workBegins = (at: Date, { leadTime }: { readonly leadTime: number }): Date =>
  addMilliseconds(at, -leadTime * minute);

/** When its picture must be there. */
export const deadlineOf = (at: Date, { deadline }: { readonly deadline: number }): Date =>
  addMilliseconds(at, -deadline * minute);
