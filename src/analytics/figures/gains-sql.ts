/** What targets gained, by bucket: from the sums by day where they are of the asked zone's days, else from the snapshots. */
import { Prisma } from "../../generated/prisma/client.ts";
import type { Buckets } from "./buckets.ts";

/** Whose gains, and over which buckets. */
export interface GainsWanted {
  readonly workspaceId: string;
  readonly zone: string;
  readonly buckets: Buckets;
}

/**
 * Rows `target_id, bucket, gains` of a workspace; `bucket` counts from 1. One part of the union is empty: a condition without
 * columns, which is decided before any row is read, chooses.
 */
export function gainsSql({ workspaceId, zone, buckets: { instants, days } }: GainsWanted): Prisma.Sql {
  const moments = Prisma.sql`${instants.map((instant) => instant.toISOString())}::timestamptz[]`;
  const [from, to] = [instants[0], instants.at(-1)];
  const snapshots = (condition: Prisma.Sql) => Prisma.sql`
    select snapshot.target_id, width_bucket(snapshot.taken_at, ${moments}) as bucket, snapshot.gains
    from metric_snapshot as snapshot
    where snapshot.workspace_id = ${workspaceId}::uuid and snapshot.taken_at >= ${from} and snapshot.taken_at < ${to} and ${condition}`;
  if (days === null) return snapshots(Prisma.sql`true`);
  const summed = Prisma.sql`coalesce((
    select calendar.time_zone = ${zone} and calendar.rebuilt_to is null
    from metric_calendar as calendar where calendar.workspace_id = ${workspaceId}::uuid
  ), false)`;
  return Prisma.sql`
    select daily.target_id, width_bucket(daily.day, ${[...days]}::date[]) as bucket, daily.gains
    from metric_daily as daily
    where daily.workspace_id = ${workspaceId}::uuid and daily.day >= ${days[0]}::date and daily.day < ${days.at(-1)}::date and ${summed}
    union all ${snapshots(Prisma.sql`not ${summed}`)}`;
}
