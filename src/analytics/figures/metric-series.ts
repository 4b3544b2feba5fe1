/** How a metric grew over time: one statement, whatever the bucket, the zone and the grouping. */
import { z } from "zod";
import type { Db } from "../../infra/db.ts";
import { ValidationError } from "../../infra/errors.ts";
import { parseInput } from "../../infra/parse-input.ts";
import { ianaTimeZone } from "../../infra/time-zone.ts";
import { type Actor, requireMember } from "../../workspaces/require-member.ts";
import { metricName } from "../metric-values.ts";
import { type BucketSize, type Buckets, bucketSizes, bucketsOf } from "./buckets.ts";
import { gainsSql } from "./gains-sql.ts";
import { groupingSql, targetGroupings } from "./grouping.ts";
import { holdsNothing, holdsSomething, isWithin, longerThan } from "./range.ts";

/** Most buckets of a chart. */
const mostBuckets = 400;
/** Most groups of a chart, those with the most first. */
const mostGroups = 50;
/** Longest range, in days: ten years. */
const longestRange = 3_660;

/** A chart's range of time, checked. */
export const chartRange = z
  .object({
    from: z.date(),
    to: z.date(),
    bucket: z.enum(bucketSizes),
    /** Null: the workspace's own. */
    timeZone: ianaTimeZone.nullable(),
  })
  .refine(holdsSomething, holdsNothing)
  .refine(isWithin(longestRange), { ...longerThan(longestRange), path: ["to"] });

const seriesRequest = z.intersection(
  chartRange,
  z.object({ workspaceId: z.uuid(), metric: metricName, groupBy: z.enum(targetGroupings) }),
);

/** What somebody wants to see. */
export type MetricSeriesRequest = z.input<typeof seriesRequest>;

/** One bucket of a series. */
export interface MetricPoint {
  readonly from: Date;
  readonly to: Date;
  /** What the metric rose by; null when no target that has it was measured meanwhile. */
  readonly gain: number | null;
  /** How many targets that is of. */
  readonly targets: number;
}

/** The points of one group. */
export interface MetricSeries {
  readonly key: string | null;
  /** The group for people. */
  readonly label: string | null;
  readonly points: readonly MetricPoint[];
}

/** The buckets of a chart. Throws a `ValidationError` when there are too many. */
export function chartBuckets(range: { from: Date; to: Date; bucket: BucketSize; zone: string }): Buckets {
  const buckets = bucketsOf(range, mostBuckets);
  if (buckets !== null) return buckets;
  const larger = bucketSizes.slice(bucketSizes.indexOf(range.bucket) + 1);
  const instead = larger.length > 0 ? `larger ones (${larger.join(", ")}), or ` : "";
  const message = `The range has more than ${mostBuckets} buckets of one ${range.bucket}. Ask for ${instead}a shorter range.`;
  throw new ValidationError([{ path: ["bucket"], code: "TOO_MANY", message }]);
}

const rows = z.array(
  z.object({
    ...{ key: z.string().nullable(), label: z.string().nullable() },
    ...{ bucket: z.number(), gain: z.number(), targets: z.number() },
  }),
);

/**
 * What a metric of a workspace's posts rose by, bucket by bucket. Only targets whose platform told the metric are in it, and how many
 * is said. Throws a `ValidationError` for a range or zone out of rule, a `NotFoundError` for a foreign workspace.
 */
export async function metricSeries(
  { db }: { readonly db: Db },
  viewer: Actor,
  unchecked: MetricSeriesRequest,
): Promise<MetricSeries[]> {
  const { workspaceId, metric, groupBy, timeZone, ...range } = parseInput(seriesRequest, unchecked);
  await requireMember(db, viewer, { workspaceId, permission: "analytics:read" });
  const zone = timeZone ?? (await zoneOf(db, workspaceId));
  const buckets = chartBuckets({ ...range, zone });
  const { key, join } = groupingSql(groupBy);
  const found = rows.parse(
    await db.$queryRaw`
      with gain as materialized (
        select target_id, bucket, sum((gains ->> ${metric})::numeric) as gain
        from (${gainsSql({ workspaceId, zone, buckets })}) as gained
        where gains ->> ${metric} is not null group by target_id, bucket
      ), grouped as materialized (
        select distinct target.id, ${key} as key from post_target as target ${join}
        where target.id in (select target_id from gain)
      ), point as (
        select grouped.key, gain.bucket, sum(gain.gain)::float8 as gain, count(*)::int as targets
        from gain join grouped on grouped.id = gain.target_id group by grouped.key, gain.bucket
      ), largest as (
        select key from point group by key order by sum(gain) desc, key limit ${mostGroups}
      )
      select point.key, coalesce(account.handle, schedule.name, point.key) as label, point.bucket, point.gain, point.targets
      from point
      join largest on largest.key is not distinct from point.key
      left join social_account as account on ${groupBy === "ACCOUNT"} and account.id::text = point.key
      left join posting_schedule as schedule on ${groupBy === "SCHEDULE"} and schedule.id::text = point.key`,
  );
  return seriesOf(found, buckets);
}

/** The zone in which a workspace's days begin. */
export async function zoneOf(db: Db, workspaceId: string): Promise<string> {
  const { timeZone } = await db.workspace.findUniqueOrThrow({ where: { id: workspaceId }, select: { timeZone: true } });
  return timeZone;
}

/** Whole series, those with the most first, out of the points that there are. */
function seriesOf(found: z.output<typeof rows>, { instants }: Buckets): MetricSeries[] {
  const groups = new Map<string | null, Map<number, { readonly gain: number; readonly targets: number }>>();
  const labels = new Map(found.map(({ key, label }) => [key, label]));
  for (const { key, bucket, gain, targets } of found) {
    const points = groups.get(key) ?? new Map();
    groups.set(key, points.set(bucket, { gain, targets }));
  }
  const sum = (points: ReadonlyMap<number, { readonly gain: number }>) =>
    [...points.values()].reduce((total, { gain }) => total + gain, 0);
  return [...groups]
    .toSorted(([aKey, a], [bKey, b]) => sum(b) - sum(a) || (aKey ?? "").localeCompare(bKey ?? ""))
    .map(([key, points]) => ({
      ...{ key, label: labels.get(key) ?? null },
      points: instants.slice(0, -1).map((from, index) => {
        const { gain = null, targets = 0 } = points.get(index + 1) ?? {};
        return { from, to: instants[index + 1] ?? from, gain, targets };
      }),
    }));
}
