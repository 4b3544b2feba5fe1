/** Figures over a workspace's pictures: how many, how well, how fast and for how much. One statement, whatever the grouping. */
import { z } from "zod";
import { Prisma } from "../generated/prisma/client.ts";
import type { Db } from "../infra/db.ts";
import { parseInput } from "../infra/parse-input.ts";
import { ianaTimeZone } from "../infra/time-zone.ts";
import { type Actor, requireMember } from "../workspaces/require-member.ts";

/** By what pictures can be grouped. A picture with several tags counts in each of them. */
export const imageGroupings = [
  "NONE",
  "STATUS",
  "REVIEW",
  "ORIGIN",
  "PROVIDER",
  "MODEL",
  "STYLE",
  "TAG",
  "DAY",
] as const;

/** One of {@link imageGroupings}. */
export type ImageGrouping = (typeof imageGroupings)[number];

const day = 24 * 60 * 60_000;
/** Longest range, in days: a year and its leap day. */
const longestRange = 366;
/** Most groups that are answered, the largest first; days are all there. */
const mostGroups = 400;

const statisticsRequest = z
  .object({
    workspaceId: z.uuid(),
    from: z.date(),
    to: z.date(),
    groupBy: z.enum(imageGroupings),
    /** Of the days; null: the workspace's own. */
    timeZone: ianaTimeZone.nullable(),
  })
  .refine(({ from, to }) => from < to, {
    path: ["range", "to"],
    error: "The range ends before it begins.",
    params: { code: "INVALID_RANGE" },
  })
  .refine(({ from, to }) => to.getTime() - from.getTime() <= longestRange * day, {
    path: ["range"],
    error: `The range is longer than ${longestRange} days. Ask for a shorter one.`,
    params: { code: "TOO_LONG" },
  });

/** What somebody wants to know. */
export type ImageStatisticsRequest = z.input<typeof statisticsRequest>;

const row = z.object({
  key: z.string().nullable(),
  images: z.number(),
  generated: z.number(),
  failed: z.number(),
  cancelled: z.number(),
  unfinished: z.number(),
  approved: z.number(),
  rejected: z.number(),
  medianSeconds: z.number().nullable(),
  p95Seconds: z.number().nullable(),
  costs: z.array(z.object({ currency: z.string(), micros: z.coerce.bigint(), reported: z.boolean() })),
});

/** The figures of one group; `key` is null for pictures that have none (no provider, no style, no tag). */
export type ImageFigures = z.output<typeof row>;

/** The SQL that names a picture's group, and what must be joined for it. */
function groupingSql(
  groupBy: ImageGrouping,
  timeZone: Prisma.Sql,
): { readonly key: Prisma.Sql; readonly join: Prisma.Sql } {
  const nothing = Prisma.empty;
  switch (groupBy) {
    case "NONE":
      return { key: Prisma.sql`'ALL'`, join: nothing };
    case "STATUS":
      return { key: Prisma.sql`image.status::text`, join: nothing };
    case "REVIEW":
      return { key: Prisma.sql`image.review_state::text`, join: nothing };
    case "ORIGIN":
      return { key: Prisma.sql`image.origin::text`, join: nothing };
    case "PROVIDER":
      return { key: Prisma.sql`image.provider`, join: nothing };
    case "MODEL":
      return { key: Prisma.sql`image.provider || '/' || image.model`, join: nothing };
    case "STYLE":
      return {
        key: Prisma.sql`style.name`,
        join: Prisma.sql`
          left join style_version on style_version.id = image.style_version_id
          left join style on style.id = style_version.style_id`,
      };
    case "TAG":
      return {
        key: Prisma.sql`tag.name`,
        join: Prisma.sql`
          left join image_tag on image_tag.image_id = image.id
          left join tag on tag.id = image_tag.tag_id`,
      };
    case "DAY":
      return { key: Prisma.sql`to_char(image.created_at at time zone ${timeZone}, 'YYYY-MM-DD')`, join: nothing };
  }
}

/**
 * Counts the pictures that were asked for within a range (`to` not included), those in the trash excepted. Times are those of
 * the attempts that succeeded; costs are those of all attempts, failed ones too, as reported or else as estimated. Throws a
 * `ValidationError` for a range or zone out of rule, a `NotFoundError` for a foreign workspace.
 */
export async function imageStatistics(
  { db }: { db: Db },
  viewer: Actor,
  unchecked: ImageStatisticsRequest,
): Promise<ImageFigures[]> {
  const { workspaceId, from, to, groupBy, timeZone } = parseInput(statisticsRequest, unchecked);
  await requireMember(db, viewer, { workspaceId, permission: "images:read" });
  const { key, join } = groupingSql(
    groupBy,
    timeZone === null
      ? Prisma.sql`(select time_zone from workspace where id = ${workspaceId}::uuid)`
      : Prisma.sql`${timeZone}`,
  );
  const order = groupBy === "DAY" ? Prisma.sql`figures.key` : Prisma.sql`figures.images desc, figures.key nulls last`;
  const rows = await db.$queryRaw`
    with picture as materialized (
      select image.id, image.status, image.review_state, ${key} as key
      from image ${join}
      where image.workspace_id = ${workspaceId}::uuid and image.trashed_at is null
        and image.created_at >= ${from} and image.created_at < ${to}
    ), figures as (
      select key,
        count(*)::int as images,
        count(*) filter (where status = 'GENERATED')::int as generated,
        count(*) filter (where status = 'FAILED')::int as failed,
        count(*) filter (where status = 'CANCELLED')::int as cancelled,
        count(*) filter (where status = 'PENDING' or status = 'GENERATING')::int as unfinished,
        count(*) filter (where review_state = 'APPROVED')::int as approved,
        count(*) filter (where review_state = 'REJECTED')::int as rejected
      from picture group by key
    ), attempt as (
      select picture.key, attempt.outcome, attempt.currency, attempt.cost, attempt.cost_state,
        extract(epoch from attempt.finished_at - attempt.started_at)::float8 as seconds
      from picture join generation_attempt as attempt on attempt.image_id = picture.id
      where attempt.workspace_id = ${workspaceId}::uuid
    ), pace as (
      select key,
        percentile_cont(0.5) within group (order by seconds) as median,
        percentile_cont(0.95) within group (order by seconds) as p95
      from attempt where outcome = 'SUCCEEDED' group by key
    ), cost as (
      select key, jsonb_agg(jsonb_build_object('currency', currency, 'micros', micros::text, 'reported', reported)
        order by currency) as costs
      from (
        select key, currency, sum(cost) as micros, bool_and(cost_state = 'REPORTED') as reported
        from attempt where cost is not null and currency is not null and cost_state in ('REPORTED', 'UNKNOWN')
        group by key, currency
      ) as sums group by key
    )
    select figures.*, pace.median as "medianSeconds", pace.p95 as "p95Seconds", coalesce(cost.costs, '[]') as costs
    from figures
    left join pace on pace.key is not distinct from figures.key
    left join cost on cost.key is not distinct from figures.key
    order by ${order}
    limit ${mostGroups}`;
  return z.array(row).parse(rows);
}
