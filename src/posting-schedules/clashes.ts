/** What stands in the way of dates: other posts of the same accounts, and what their platforms let them post. */
import { z } from "zod";
import type { Db } from "../infra/db.ts";
import { platformNamed } from "../platforms/registry.ts";

/** Posts of one account that are nearer than so many minutes clash. */
export const clashMinutes = 15;

/** Another post, or another schedule's date, near a date. */
export interface Clash {
  readonly socialAccountId: string;
  /** Null for a date whose post is not made yet. */
  readonly postId: string | null;
  /** Null for a post that no schedule made. */
  readonly occurrenceId: string | null;
  readonly at: Date;
}

/** The account, and the dates asked about. */
export interface DatesOfAccounts {
  readonly ats: readonly Date[];
  readonly accounts: readonly { readonly id: string; readonly platform: string }[];
  /** Dates and posts of this series do not count. */
  readonly exceptSeriesId: string | null;
}

const clashRow = z.object({
  date: z.date(),
  socialAccountId: z.string(),
  postId: z.string().nullable(),
  occurrenceId: z.string().nullable(),
  at: z.date(),
});

/** The clashes of each date, by its milliseconds; at most a thousand in all. One statement. */
export async function findClashes(
  db: Db,
  { ats, accounts, exceptSeriesId }: DatesOfAccounts,
): Promise<ReadonlyMap<number, readonly Clash[]>> {
  const ids = accounts.map(({ id }) => id);
  const rows = await db.$queryRaw`
    select d.at as date, t.social_account_id as "socialAccountId", t.post_id as "postId", o.id as "occurrenceId", t.scheduled_at as at
    from unnest(${ats}::timestamptz[]) d(at)
    join post_target t on t.social_account_id = any(${ids}::uuid[]) and t.status in ('AWAITING_APPROVAL', 'AWAITING_IMAGES', 'SCHEDULED', 'PUBLISHING')
      and t.scheduled_at > d.at - make_interval(mins => ${clashMinutes}) and t.scheduled_at < d.at + make_interval(mins => ${clashMinutes})
    left join occurrence o on o.post_id = t.post_id
    where o.series_id is distinct from ${exceptSeriesId}::uuid or o.series_id is null
    union all
    select d.at, g.social_account_id, null, o.id, o.at
    from unnest(${ats}::timestamptz[]) d(at)
    join occurrence o on o.at > d.at - make_interval(mins => ${clashMinutes}) and o.at < d.at + make_interval(mins => ${clashMinutes})
      and o.state in ('PLANNED', 'AWAITING_PICTURE', 'NEEDS_DECISION')
    join posting_schedule_target g on g.schedule_id = o.schedule_id and g.social_account_id = any(${ids}::uuid[])
    where o.series_id is distinct from ${exceptSeriesId}::uuid
    order by 1, 5 limit 1000`;
  return Map.groupBy(
    z
      .array(clashRow)
      .parse(rows)
      .map(({ date, ...clash }) => ({ ...clash, date: date.getTime() })),
    ({ date }) => date,
  );
}

/** How much of an account's quota is used at a date, itself included. */
export interface QuotaUse {
  readonly socialAccountId: string;
  readonly used: number;
  readonly allowed: number;
  /** Hours of the moving window. */
  readonly hours: number;
}

const useRow = z.object({ date: z.date(), socialAccountId: z.string(), others: z.int() });

/** What each date leaves of the quotas, by its milliseconds; accounts on platforms without one are left out. One statement, or none. */
export async function findQuotaUse(
  db: Db,
  { ats, accounts, exceptSeriesId }: DatesOfAccounts,
): Promise<ReadonlyMap<number, readonly QuotaUse[]>> {
  const limited = accounts.flatMap(({ id, platform }) => {
    const { quota } = platformNamed(platform);
    return quota === null ? [] : [{ id, allowed: quota.posts, window: quota.window }];
  });
  if (limited.length === 0) return new Map();
  const rows = await db.$queryRaw`
    select d.at as date, a.id as "socialAccountId", count(t.id)::int as others
    from unnest(${ats}::timestamptz[]) d(at)
    cross join unnest(${limited.map(({ id }) => id)}::uuid[], ${limited.map(({ window }) => window / 1_000)}::float[]) a(id, seconds)
    left join lateral (
      select t.id from post_target t left join occurrence o on o.post_id = t.post_id
      where t.social_account_id = a.id and t.status in ('AWAITING_APPROVAL', 'AWAITING_IMAGES', 'SCHEDULED', 'PUBLISHING', 'SUBMITTED', 'UNKNOWN', 'PUBLISHED')
        and t.scheduled_at > d.at - make_interval(secs => a.seconds) and t.scheduled_at <= d.at
        and (o.series_id is distinct from ${exceptSeriesId}::uuid or o.series_id is null)
    ) t on true
    group by 1, 2`;
  const uses = z
    .array(useRow)
    .parse(rows)
    .flatMap(({ date, socialAccountId, others }) => {
      const limit = limited.find(({ id }) => id === socialAccountId);
      if (limit === undefined) return [];
      const { allowed, window } = limit;
      const own = ats.filter((at) => at <= date && at.getTime() > date.getTime() - window).length;
      return [{ date: date.getTime(), socialAccountId, used: others + own, allowed, hours: window / 3_600_000 }];
    });
  return Map.groupBy(uses, ({ date }) => date);
}
