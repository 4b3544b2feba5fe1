/** What came of pictures by how they were made: engagement by style, provider and model, and for what they cost. One statement. */
import { z } from "zod";
import { Prisma } from "../../generated/prisma/client.ts";
import type { Db } from "../../infra/db.ts";
import { parseInput } from "../../infra/parse-input.ts";
import type { Metric } from "../../platforms/measuring.ts";
import { type Actor, requireMember } from "../../workspaces/require-member.ts";
import { allMetrics, metricName } from "../metric-values.ts";
import { groupingSql } from "./grouping.ts";
import { metricSums, metricSumsSql } from "./metric-sums.ts";
import { figuresRange } from "./range.ts";

/** By what published pictures are grouped. */
const provenanceGroupings = ["STYLE", "PROVIDER", "MODEL", "TAG"] as const;

const mostGroups = 400;

const provenanceRequest = z.object({
  workspaceId: z.uuid(),
  range: figuresRange,
  groupBy: z.enum(provenanceGroupings),
});

/** What somebody wants to know. */
export type ProvenanceRequest = z.input<typeof provenanceRequest>;

const row = z.object({
  key: z.string().nullable(),
  targets: z.number(),
  images: z.number(),
  imagesWithCost: z.number(),
  costs: z.array(z.object({ currency: z.string(), micros: z.coerce.bigint(), reported: z.boolean() })),
  /** What the pictures cost that are in targets with a metric, where all of these costs are known and in one currency. */
  spent: z.array(z.object({ metric: metricName, currency: z.string(), micros: z.coerce.bigint() })),
  metrics: metricSums,
});

/** The figures of one group. */
export type ProvenanceFigures = z.output<typeof row>;

/**
 * Figures over the pictures of what was published within a range: in how many targets they are, what those targets' metrics sum up to,
 * and what all attempts at the pictures cost. A target with pictures of several groups counts in each of them. Throws a
 * `ValidationError` for a range out of rule, a `NotFoundError` for a foreign workspace.
 */
export async function provenanceStatistics(
  { db }: { readonly db: Db },
  viewer: Actor,
  unchecked: ProvenanceRequest,
): Promise<ProvenanceFigures[]> {
  const { workspaceId, range, groupBy } = parseInput(provenanceRequest, unchecked);
  await requireMember(db, viewer, { workspaceId, permission: "analytics:read" });
  return z.array(row).parse(await db.$queryRaw(figuresSql({ workspaceId, range, groupBy })));
}

function figuresSql({ workspaceId, range, groupBy }: z.output<typeof provenanceRequest>): Prisma.Sql {
  const { key, join } = groupingSql(groupBy);
  return Prisma.sql`
    with shown as materialized (
      select distinct ${key} as key, target.id as target_id, image.id as image_id
      from post_target as target ${join}
      where target.workspace_id = ${workspaceId}::uuid and target.status = 'PUBLISHED'
        and target.published_at >= ${range.from} and target.published_at < ${range.to} and image.id is not null
    ), counted as (
      select distinct key, target_id as id from shown
    ), picture as (
      select distinct key, image_id from shown
    ), paid as (
      select picture.key, picture.image_id, attempt.currency, attempt.cost, attempt.cost_state
      from picture join generation_attempt as attempt on attempt.image_id = picture.image_id
      where attempt.workspace_id = ${workspaceId}::uuid and attempt.cost is not null and attempt.currency is not null
        and attempt.cost_state in ('REPORTED', 'UNKNOWN')
    ), cost as (
      select key, jsonb_agg(jsonb_build_object('currency', currency, 'micros', micros::text, 'reported', reported)
        order by currency) as costs
      from (
        select key, currency, sum(cost) as micros, bool_and(cost_state = 'REPORTED') as reported
        from paid group by key, currency
      ) as sums group by key
    ), known_cost as (
      select key, count(distinct image_id)::int as images from paid group by key
    ), priced as (
      select image_id, min(currency) as currency, count(distinct currency) as currencies, sum(cost) as micros
      from (select distinct image_id from shown) as each
      join generation_attempt as attempt using (image_id)
      where attempt.cost is not null and attempt.currency is not null and attempt.cost_state in ('REPORTED', 'UNKNOWN')
      group by image_id
    ), measured as (
      select distinct shown.key, value.key as metric, shown.image_id
      from shown join target_metrics as known on known.target_id = shown.target_id
      cross join lateral jsonb_object_keys(known.values) as value(key)
    ), spent as (
      select key, jsonb_agg(jsonb_build_object('metric', metric, 'currency', currency, 'micros', micros::text)) as spent
      from (
        select measured.key, measured.metric, min(priced.currency) as currency, sum(priced.micros) as micros
        from measured left join priced on priced.image_id = measured.image_id
        where measured.metric = any(${[...allMetrics]}::text[])
        group by measured.key, measured.metric
        having bool_and(priced.currencies = 1) and count(priced.image_id) = count(*)
          and count(distinct priced.currency) = 1 and sum(priced.micros) > 0
      ) as sums group by key
    ), figures as (
      select key, count(distinct target_id)::int as targets, count(distinct image_id)::int as images from shown group by key
    ), engaged as (${metricSumsSql(Prisma.sql`counted`)})
    select figures.key, figures.targets, figures.images, coalesce(known_cost.images, 0) as "imagesWithCost",
      coalesce(cost.costs, '[]') as costs, coalesce(spent.spent, '[]') as spent, coalesce(engaged.metrics, '[]') as metrics
    from figures
    left join cost on cost.key is not distinct from figures.key
    left join spent on spent.key is not distinct from figures.key
    left join known_cost on known_cost.key is not distinct from figures.key
    left join engaged on engaged.key is not distinct from figures.key
    order by figures.targets desc, figures.key nulls last limit ${mostGroups}`;
}

/** A metric for one unit of money. */
export interface MetricPerCost {
  readonly metric: Metric;
  readonly currency: string;
  /** So much for one unit of the currency. */
  readonly value: number;
}

/**
 * What one unit of money brought: a metric over the targets that have it, for what the pictures of these targets cost. Nothing where that
 * would compare apples with pears: where a picture's cost is not known, where there are several currencies, where nothing was paid.
 */
export function perCost({ spent, metrics }: ProvenanceFigures): MetricPerCost[] {
  return metrics.flatMap(({ metric, sum }) => {
    const paid = spent.find((each) => each.metric === metric);
    return paid === undefined
      ? []
      : [{ metric, currency: paid.currency, value: sum / (Number(paid.micros) / 1_000_000) }];
  });
}
