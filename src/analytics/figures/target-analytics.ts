/** What is known of single targets: read for many at once. */
import { z } from "zod";
import type { Prisma } from "../../generated/prisma/client.ts";
import { addMilliseconds } from "../../infra/clock.ts";
import type { Db } from "../../infra/db.ts";
import { parseInput } from "../../infra/parse-input.ts";
import {
  entriesOf,
  type MetricReasons,
  type MetricValues,
  metricName,
  metricReasons,
  metricValues,
} from "../metric-values.ts";
import { chartBuckets, chartRange, zoneOf } from "./metric-series.ts";

/** What is known of one target's numbers. */
export interface KnownTarget {
  readonly targetId: string;
  readonly postId: string;
  readonly workspaceId: string;
  readonly values: MetricValues;
  readonly unknown: MetricReasons;
  readonly syncedAt: Date | null;
  readonly nextSyncAt: Date | null;
  readonly requestedAt: Date | null;
  readonly lastError: string | null;
}

const known = { include: { target: { select: { postId: true } } } } as const;
type KnownRow = Prisma.TargetMetricsGetPayload<typeof known>;

const read = ({ target, values, unknown, ...row }: KnownRow): KnownTarget => ({
  ...{ targetId: row.targetId, postId: target.postId, workspaceId: row.workspaceId },
  ...{ values: metricValues.parse(values), unknown: metricReasons.parse(unknown) },
  ...{ syncedAt: row.syncedAt, nextSyncAt: row.nextSyncAt, requestedAt: row.requestedAt, lastError: row.lastError },
});

/** What is known of targets, in their order; null for those that are not out. */
export async function knownTargets(db: Db, targetIds: readonly string[]): Promise<(KnownTarget | null)[]> {
  const rows = await db.targetMetrics.findMany({ ...known, where: { targetId: { in: [...targetIds] } } });
  const byId = new Map(rows.map((row) => [row.targetId, read(row)]));
  return targetIds.map((id) => byId.get(id) ?? null);
}

/** What is known of the targets of posts, in the posts' order. */
export async function knownTargetsOf(db: Db, postIds: readonly string[]): Promise<KnownTarget[][]> {
  const rows = await db.targetMetrics.findMany({
    ...known,
    where: { target: { postId: { in: [...postIds] } } },
    orderBy: { target: { position: "asc" } },
  });
  const found = rows.map((row) => read(row));
  return postIds.map((postId) => found.filter((target) => target.postId === postId));
}

/** Whose gains, and since when. */
export interface GainsKey {
  readonly targetId: string;
  /** Milliseconds back from now. */
  readonly span: number;
}

const gainRows = z.array(z.object({ targetId: z.string(), span: z.number(), metric: metricName, gain: z.number() }));

/**
 * What targets gained in the last so many milliseconds, in the keys' order. A metric that was not read meanwhile is missing: nobody knows
 * whether it moved.
 */
export async function gainsOf(db: Db, now: Date, keys: readonly GainsKey[]): Promise<MetricValues[]> {
  const wanted = keys.map(({ targetId, span }) => ({
    target_id: targetId,
    span,
    since: addMilliseconds(now, -span).toISOString(),
  }));
  const rows = gainRows.parse(
    await db.$queryRaw`
      select wanted.target_id as "targetId", wanted.span::float8 as span, gain.key as metric, sum(gain.value::numeric)::float8 as gain
      from (select distinct * from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb)
        as each(target_id uuid, span numeric, since timestamptz)) as wanted
      join metric_snapshot as snapshot
        on snapshot.target_id = wanted.target_id and snapshot.taken_at > wanted.since and snapshot.taken_at <= ${now}
      cross join lateral jsonb_each_text(snapshot.gains) as gain
      group by wanted.target_id, wanted.span, gain.key`,
  );
  return keys.map(({ targetId, span }) =>
    Object.fromEntries(
      rows.filter((row) => row.targetId === targetId && row.span === span).map(({ metric, gain }) => [metric, gain]),
    ),
  );
}

/** Which chart of a target. */
export type TargetSeriesRequest = z.input<typeof chartRange>;

/** One bucket of a target's series. */
export interface TargetPoint {
  readonly from: Date;
  readonly to: Date;
  /** The numbers when it ended, of the metrics that were known by then. */
  readonly totals: MetricValues;
  /** What each rose by, of those that were read meanwhile. */
  readonly gains: MetricValues;
}

const pointRows = z.array(z.object({ targetId: z.string(), bucket: z.number(), metric: metricName, gain: z.number() }));

/**
 * How targets grew, in their order, for one chart. Totals are reckoned back from what is known now, so that they are right also where the
 * first snapshots are gone. Throws a `ValidationError` for a range or zone out of rule.
 */
export async function targetSeries(
  db: Db,
  targets: readonly KnownTarget[],
  unchecked: TargetSeriesRequest,
): Promise<TargetPoint[][]> {
  const { timeZone, ...range } = parseInput(chartRange, unchecked);
  const zone = timeZone ?? (await zoneOf(db, targets[0]?.workspaceId ?? ""));
  const { instants } = chartBuckets({ ...range, zone });
  const rows = pointRows.parse(
    await db.$queryRaw`
      select snapshot.target_id as "targetId", gain.key as metric, sum(gain.value::numeric)::float8 as gain,
        width_bucket(snapshot.taken_at, ${instants.map((instant) => instant.toISOString())}::timestamptz[]) as bucket
      from metric_snapshot as snapshot cross join lateral jsonb_each_text(snapshot.gains) as gain
      where snapshot.target_id = any(${targets.map(({ targetId }) => targetId)}::uuid[]) and snapshot.taken_at >= ${instants[0]}
      group by snapshot.target_id, gain.key, bucket`,
  );
  return targets.map((target) => pointsOf(target, rows, instants));
}

function pointsOf(
  { targetId, values }: KnownTarget,
  rows: z.output<typeof pointRows>,
  instants: readonly Date[],
): TargetPoint[] {
  const own = rows.filter((row) => row.targetId === targetId);
  const gained = (metric: string, bucket: number) =>
    own.find((row) => row.metric === metric && row.bucket === bucket)?.gain;
  const running = new Map(entriesOf(values));
  const begins = new Map([...running].map(([metric, total]) => [metric, knownFrom(own, metric, total)]));
  const points: TargetPoint[] = [];
  // From what is known now, backwards: the last bucket holds everything behind the chart.
  for (let bucket = instants.length; bucket > 0; bucket -= 1) {
    const from = instants[bucket - 1];
    const to = instants[bucket];
    if (from !== undefined && to !== undefined) {
      const totals = [...running].filter(([metric]) => (begins.get(metric) ?? 0) <= bucket);
      const gains = own.filter((row) => row.bucket === bucket).map(({ metric, gain }) => [metric, gain] as const);
      points.push({ from, to, totals: Object.fromEntries(totals), gains: Object.fromEntries(gains) });
    }
    for (const [metric, total] of running) running.set(metric, total - (gained(metric, bucket) ?? 0));
  }
  return points.toReversed();
}

/** The first bucket in which a metric was known: the one of its first reading, or any where it stood before the chart begins. */
function knownFrom(own: z.output<typeof pointRows>, metric: string, total: number): number {
  const readings = own.filter((row) => row.metric === metric);
  if (readings.reduce((sum, { gain }) => sum + gain, 0) !== total) return 0;
  return Math.min(...readings.map(({ bucket }) => bucket));
}
