/** Sums of metrics over targets, which say over how many. */
import { z } from "zod";
import { Prisma } from "../../generated/prisma/client.ts";
import type { Metric } from "../../platforms/measuring.ts";
import { allMetrics, metricName } from "../metric-values.ts";

/** A metric over some targets: platforms that do not tell it are not mixed in. */
export interface MetricSum {
  readonly metric: Metric;
  readonly sum: number;
  /** How many targets that is of. */
  readonly targets: number;
}

/** Sums as {@link metricSumsSql} writes them. */
export const metricSums = z
  .array(z.object({ metric: metricName, sum: z.number(), targets: z.number() }))
  .transform((sums): MetricSum[] =>
    sums.toSorted((a, b) => allMetrics.indexOf(a.metric) - allMetrics.indexOf(b.metric)),
  );

/** Rows `key, metrics` out of a relation with the columns `key, id`, each target once for a key. Metrics that are not known any more count no more. */
export const metricSumsSql = (targets: Prisma.Sql): Prisma.Sql => Prisma.sql`
  select key, jsonb_agg(jsonb_build_object('metric', metric, 'sum', sum, 'targets', targets)) as metrics from (
    select counted.key, value.key as metric, sum(value.value::numeric)::float8 as sum, count(*)::int as targets
    from ${targets} as counted
    join target_metrics as known on known.target_id = counted.id
    cross join lateral jsonb_each_text(known.values) as value
    where value.key = any(${[...allMetrics]}::text[])
    group by counted.key, value.key
  ) as sums group by key`;
