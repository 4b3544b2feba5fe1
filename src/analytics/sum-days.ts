import type { Tx } from "../infra/db.ts";
import type { LocalDay } from "./calendar.ts";

/**
 * Sums the snapshots of some targets over one day into `metric_daily`, in the caller's transaction. What is there is replaced, so that
 * doing it again, or after a correction, comes to the same.
 */
export async function sumDays(
  tx: Tx,
  { targetIds, day }: { readonly targetIds: readonly string[]; readonly day: LocalDay },
): Promise<void> {
  await tx.$executeRaw`
    with taken as (
      select target_id, workspace_id, social_account_id, gains from metric_snapshot
      where target_id = any(${[...targetIds]}::uuid[]) and taken_at >= ${day.from} and taken_at < ${day.to}
    ), gain as (
      select target_id, metric.key, sum(metric.value::numeric) as total
      from taken cross join lateral jsonb_each_text(taken.gains) as metric group by target_id, metric.key
    ), summed as (
      select target_id, jsonb_object_agg(key, total) as gains from gain group by target_id
    ), counted as (
      select target_id, workspace_id, social_account_id, count(*)::int as snapshots
      from taken group by target_id, workspace_id, social_account_id
    )
    insert into metric_daily (target_id, day, workspace_id, social_account_id, gains, snapshots)
    select counted.target_id, ${day.day}::date, counted.workspace_id, counted.social_account_id,
      coalesce(summed.gains, '{}'), counted.snapshots
    from counted left join summed on summed.target_id = counted.target_id
    on conflict (target_id, day) do update set gains = excluded.gains, snapshots = excluded.snapshots`;
}
