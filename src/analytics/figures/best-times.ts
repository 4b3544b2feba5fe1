/** When posts did best: a metric by weekday and hour of publishing, in one statement. */
import { z } from "zod";
import { addMilliseconds, type Clock } from "../../infra/clock.ts";
import type { Db } from "../../infra/db.ts";
import { parseInput } from "../../infra/parse-input.ts";
import { ianaTimeZone } from "../../infra/time-zone.ts";
import { type Actor, requireMember } from "../../workspaces/require-member.ts";
import { metricName } from "../metric-values.ts";
import { zoneOf } from "./metric-series.ts";
import { figuresRange } from "./range.ts";

/** Fewer posts than this are no ground for a claim. */
export const fewestSamples = 5;

/** Posts younger than this have not shown yet what they can do, in milliseconds. */
const ripeAfter = 24 * 60 * 60_000;

const bestTimesRequest = z.object({
  workspaceId: z.uuid(),
  range: figuresRange,
  metric: metricName,
  /** Null: the workspace's own. */
  timeZone: ianaTimeZone.nullable(),
});

/** What somebody wants to know. */
export type BestTimesRequest = z.input<typeof bestTimesRequest>;

const row = z.object({
  /** 1 is Monday. */
  weekday: z.number(),
  hour: z.number(),
  samples: z.number(),
  /** Null where the samples are too few. */
  mean: z.number().nullable(),
  median: z.number().nullable(),
});

/** The figures of one hour of the week. */
export type TimeFigures = z.output<typeof row>;

/**
 * A metric's mean and median for each hour of the week in which something was published, in their order: targets published within a
 * range, a day ago at least, whose platform told the metric. Throws a `ValidationError` for a range or zone out of rule, a
 * `NotFoundError` for a foreign workspace.
 */
export async function bestTimes(
  { db, clock }: { readonly db: Db; readonly clock: Clock },
  viewer: Actor,
  unchecked: BestTimesRequest,
): Promise<TimeFigures[]> {
  const { workspaceId, range, metric, timeZone } = parseInput(bestTimesRequest, unchecked);
  await requireMember(db, viewer, { workspaceId, permission: "analytics:read" });
  const zone = timeZone ?? (await zoneOf(db, workspaceId));
  const ripe = addMilliseconds(clock.now(), -ripeAfter);
  const rows = await db.$queryRaw`
    with sample as (
      select extract(isodow from target.published_at at time zone ${zone})::int as weekday,
        extract(hour from target.published_at at time zone ${zone})::int as hour,
        (known.values ->> ${metric})::float8 as value
      from post_target as target join target_metrics as known on known.target_id = target.id
      where target.workspace_id = ${workspaceId}::uuid and target.status = 'PUBLISHED' and known.values ->> ${metric} is not null
        and target.published_at >= ${range.from} and target.published_at < ${range.to} and target.published_at <= ${ripe}
    )
    select weekday, hour, count(*)::int as samples,
      case when count(*) >= ${fewestSamples} then avg(value) end as mean,
      case when count(*) >= ${fewestSamples} then percentile_cont(0.5) within group (order by value) end as median
    from sample group by weekday, hour order by weekday, hour`;
  return z.array(row).parse(rows);
}
