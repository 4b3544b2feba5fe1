/** Figures over a workspace's posts: how many, how well, how late, and what came of them. One statement, whatever the grouping. */
import { z } from "zod";
import { Prisma } from "../../generated/prisma/client.ts";
import type { Db } from "../../infra/db.ts";
import { parseInput } from "../../infra/parse-input.ts";
import { ianaTimeZone } from "../../infra/time-zone.ts";
import { type Actor, requireMember } from "../../workspaces/require-member.ts";
import { type GroupingSql, groupingSql, targetGroupings } from "./grouping.ts";
import { metricSums, metricSumsSql } from "./metric-sums.ts";
import { figuresRange } from "./range.ts";

/** By what targets can be grouped. To add one: its SQL in `keyOf`, its value in the enum. */
export const postGroupings = [...targetGroupings, "STATUS", "WEEKDAY", "HOUR", "DAY"] as const;

/** One of {@link postGroupings}. */
export type PostGrouping = (typeof postGroupings)[number];

/** Most groups that are answered, the largest first; days, weekdays and hours are in their order. */
const mostGroups = 400;

const statisticsRequest = z.object({
  workspaceId: z.uuid(),
  range: figuresRange,
  groupBy: z.enum(postGroupings),
  /** Of days, weekdays and hours; null: the workspace's own. */
  timeZone: ianaTimeZone.nullable(),
});

/** What somebody wants to know. */
export type PostStatisticsRequest = z.input<typeof statisticsRequest>;

const row = z.object({
  key: z.string().nullable(),
  label: z.string().nullable(),
  posts: z.number(),
  targets: z.number(),
  published: z.number(),
  failed: z.number(),
  missed: z.number(),
  unclear: z.number(),
  cancelled: z.number(),
  waiting: z.number(),
  awaitingApproval: z.number(),
  awaitingImages: z.number(),
  latenessMedian: z.number().nullable(),
  latenessP95: z.number().nullable(),
  metrics: metricSums,
});

/** The figures of one group. */
export type PostFigures = z.output<typeof row>;

function keyOf(groupBy: PostGrouping, zone: Prisma.Sql): GroupingSql {
  const local = Prisma.sql`target.scheduled_at at time zone ${zone}`;
  switch (groupBy) {
    case "STATUS":
      return { key: Prisma.sql`target.status::text`, join: Prisma.empty };
    case "WEEKDAY":
      return { key: Prisma.sql`extract(isodow from ${local})::int::text`, join: Prisma.empty };
    case "HOUR":
      return { key: Prisma.sql`to_char(${local}, 'HH24')`, join: Prisma.empty };
    case "DAY":
      return { key: Prisma.sql`to_char(${local}, 'YYYY-MM-DD')`, join: Prisma.empty };
    default:
      return groupingSql(groupBy);
  }
}

const inOrder: readonly PostGrouping[] = ["WEEKDAY", "HOUR", "DAY"];

/**
 * Figures over the targets that were to go out within a range (`to` not included). Lateness is that of what is out; metrics are the last
 * known. Throws a `ValidationError` for a range or zone out of rule, a `NotFoundError` for a foreign workspace.
 */
export async function postStatistics(
  { db }: { readonly db: Db },
  viewer: Actor,
  unchecked: PostStatisticsRequest,
): Promise<PostFigures[]> {
  const { workspaceId, range, groupBy, timeZone } = parseInput(statisticsRequest, unchecked);
  await requireMember(db, viewer, { workspaceId, permission: "analytics:read" });
  const { key, join } = keyOf(
    groupBy,
    timeZone === null
      ? Prisma.sql`(select time_zone from workspace where id = ${workspaceId}::uuid)`
      : Prisma.sql`${timeZone}`,
  );
  const order = inOrder.includes(groupBy)
    ? Prisma.sql`figures.key`
    : Prisma.sql`figures.targets desc, figures.key nulls last`;
  const rows = await db.$queryRaw`
    with counted as materialized (
      select distinct ${key} as key, target.id, target.post_id, target.status, target.scheduled_at, target.published_at
      from post_target as target ${join}
      where target.workspace_id = ${workspaceId}::uuid
        and target.scheduled_at >= ${range.from} and target.scheduled_at < ${range.to}
    ), figures as (
      select key, count(distinct post_id)::int as posts, count(*)::int as targets,
        count(*) filter (where status = 'PUBLISHED')::int as published,
        count(*) filter (where status = 'FAILED')::int as failed,
        count(*) filter (where status = 'MISSED')::int as missed,
        count(*) filter (where status = 'UNKNOWN')::int as unclear,
        count(*) filter (where status = 'CANCELLED')::int as cancelled,
        count(*) filter (where status not in ('PUBLISHED', 'FAILED', 'MISSED', 'UNKNOWN', 'CANCELLED'))::int as waiting,
        count(*) filter (where status = 'AWAITING_APPROVAL')::int as "awaitingApproval",
        count(*) filter (where status = 'AWAITING_IMAGES')::int as "awaitingImages",
        percentile_cont(0.5) within group (order by extract(epoch from published_at - scheduled_at)::float8)
          filter (where status = 'PUBLISHED') as "latenessMedian",
        percentile_cont(0.95) within group (order by extract(epoch from published_at - scheduled_at)::float8)
          filter (where status = 'PUBLISHED') as "latenessP95"
      from counted group by key
    ), engaged as (${metricSumsSql(Prisma.sql`counted`)})
    select figures.*, coalesce(account.handle, schedule.name, figures.key) as label, coalesce(engaged.metrics, '[]') as metrics
    from figures
    left join engaged on engaged.key is not distinct from figures.key
    left join social_account as account on ${groupBy === "ACCOUNT"} and account.id::text = figures.key
    left join posting_schedule as schedule on ${groupBy === "SCHEDULE"} and schedule.id::text = figures.key
    order by ${order} limit ${mostGroups}`;
  return z.array(row).parse(rows);
}
