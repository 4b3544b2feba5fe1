/** In which zone a workspace's days of `metric_daily` begin, and when. */
import type { Tx } from "../infra/db.ts";
import { localTimeAt, resolveLocalTime } from "../infra/time/local-time.ts";

/** A day on somebody's calendar. */
export interface LocalDay {
  /** `2026-11-25`. */
  readonly day: string;
  readonly from: Date;
  /** The first moment of the next day. */
  readonly to: Date;
}

/** The day of a zone in which an instant lies. */
export function dayAround(instant: Date, zone: string): LocalDay {
  const day = localTimeAt(instant, zone).slice(0, 10);
  return { day, from: startOfDay(day, zone), to: startOfDay(dayAfter(day), zone) };
}

/** The first moment of a day: midnight, or the end of the gap that swallows it. */
export const startOfDay = (day: string, zone: string): Date => resolveLocalTime(`${day}T00:00`, zone).instant;

/** The next day on the calendar. */
const dayAfter = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 24 * 60 * 60_000).toISOString().slice(0, 10);

/**
 * The zone of a workspace's days, held until the transaction ends, so that nobody changes it meanwhile. The first to ask fixes it to
 * the workspace's own; when that changes, `rebuild-calendar.ts` follows.
 */
export async function holdCalendar(tx: Tx, workspaceId: string): Promise<string> {
  await tx.$executeRaw`
    insert into metric_calendar (workspace_id, time_zone) select id, time_zone from workspace where id = ${workspaceId}::uuid
    on conflict (workspace_id) do nothing`;
  await tx.$queryRaw`select 1 from metric_calendar where workspace_id = ${workspaceId}::uuid for share`;
  const { timeZone } = await tx.metricCalendar.findUniqueOrThrow({ where: { workspaceId } });
  return timeZone;
}
