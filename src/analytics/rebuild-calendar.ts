/**
 * Sums a workspace's snapshots by the days of its time zone anew, after somebody chose another one. Targets go a batch at a time, so
 * that nothing is locked for long; meanwhile what happened around midnight may still count for the neighbouring day. Days of which
 * the snapshots are gone stay as they were summed.
 */
import { z } from "zod";
import type { Db, Transact, Tx } from "../infra/db.ts";
import { enqueue } from "../infra/jobs.ts";
import { rebuildCalendarJob } from "./jobs.ts";

const batchSize = 200;
const before = "00000000-0000-0000-0000-000000000000";

/** What rebuilding touches. */
interface RebuildServices {
  readonly db: Db;
  readonly transact: Transact;
}

const ids = z.array(z.object({ id: z.string() }));

/** Wakes a worker for each workspace whose days are not those of its zone. Answers how many. */
export async function followTimeZones({ db, transact }: RebuildServices): Promise<number> {
  const found = ids.parse(
    await db.$queryRaw`
      select calendar.workspace_id as id from metric_calendar as calendar
      join workspace on workspace.id = calendar.workspace_id
      where workspace.time_zone <> calendar.time_zone or calendar.rebuilt_to is not null`,
  );
  const requests = found.map(({ id }) => ({ payload: { workspaceId: id }, key: `${rebuildCalendarJob.name}:${id}` }));
  if (requests.length > 0) await transact((tx) => enqueue(tx, rebuildCalendarJob, requests));
  return requests.length;
}

/** Rebuilds one workspace's days. What a dead process left is gone on with. */
export async function rebuildCalendar(
  { db, transact }: RebuildServices,
  workspaceId: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> {
  const workspace = await db.workspace.findUnique({ where: { id: workspaceId }, select: { timeZone: true } });
  if (workspace === null) return;
  const { timeZone } = workspace;
  await db.metricCalendar.updateMany({
    where: { workspaceId, timeZone: { not: timeZone } },
    data: { timeZone, rebuiltTo: before },
  });
  while (!signal.aborted) {
    const done = await transact(async (tx) => {
      await tx.$queryRaw`select 1 from metric_calendar where workspace_id = ${workspaceId}::uuid for update`;
      const calendar = await tx.metricCalendar.findUnique({ where: { workspaceId } });
      // Somebody chose yet another zone, or another process finished it.
      if (calendar === null || calendar.rebuiltTo === null || calendar.timeZone !== timeZone) return true;
      const targets = await tx.targetMetrics.findMany({
        where: { workspaceId, targetId: { gt: calendar.rebuiltTo } },
        select: { targetId: true },
        orderBy: { targetId: "asc" },
        take: batchSize,
      });
      const targetIds = targets.map(({ targetId }) => targetId);
      if (targetIds.length > 0) await sumTargets(tx, targetIds, timeZone);
      const last = targetIds.length < batchSize ? null : (targetIds.at(-1) ?? null);
      await tx.metricCalendar.update({ where: { workspaceId }, data: { rebuiltTo: last } });
      return last === null;
    });
    if (done) return;
  }
}

/** Sums all kept snapshots of some targets by the days of a zone, in place of what is there. */
async function sumTargets(tx: Tx, targetIds: readonly string[], timeZone: string): Promise<void> {
  // The day on which a target's kept snapshots begin may have lost some: it stays, unless nothing older was ever summed.
  await tx.$executeRaw`
    with kept as (
      select target_id, min(taken_at at time zone ${timeZone})::date as first from metric_snapshot
      where target_id = any(${[...targetIds]}::uuid[]) group by target_id
    ), edge as (
      select kept.target_id, kept.first + case when exists (
        select 1 from metric_daily as daily where daily.target_id = kept.target_id and daily.day < kept.first - 1
      ) then 1 else -1 end as day from kept
    ), gone as (
      delete from metric_daily as daily using edge where daily.target_id = edge.target_id and daily.day >= edge.day
    )
    select 1`;
  await tx.$executeRaw`
    with taken as (
      select target_id, (taken_at at time zone ${timeZone})::date as day, workspace_id, social_account_id, gains
      from metric_snapshot where target_id = any(${[...targetIds]}::uuid[])
    ), gain as (
      select target_id, day, metric.key, sum(metric.value::numeric) as total
      from taken cross join lateral jsonb_each_text(taken.gains) as metric group by target_id, day, metric.key
    ), summed as (
      select target_id, day, jsonb_object_agg(key, total) as gains from gain group by target_id, day
    ), counted as (
      select target_id, day, workspace_id, social_account_id, count(*)::int as snapshots
      from taken group by target_id, day, workspace_id, social_account_id
    )
    insert into metric_daily (target_id, day, workspace_id, social_account_id, gains, snapshots)
    select counted.target_id, counted.day, counted.workspace_id, counted.social_account_id,
      coalesce(summed.gains, '{}'), counted.snapshots
    from counted left join summed on summed.target_id = counted.target_id and summed.day = counted.day
    on conflict (target_id, day) do nothing`;
}
