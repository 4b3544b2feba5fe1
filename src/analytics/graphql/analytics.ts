/** The numbers of each target of a post; see `post-analytics.ts` for their sums. */
import { batched } from "../../graphql/batched.ts";
import { builder } from "../../graphql/builder.ts";
import type { Context } from "../../graphql/context.ts";
import type { BucketSize } from "../figures/buckets.ts";
import {
  type GainsKey,
  gainsOf,
  type KnownTarget,
  knownTargets,
  knownTargetsOf,
  type TargetPoint,
  targetSeries,
} from "../figures/target-analytics.ts";
import { BucketEnum, timeZoneText } from "./bucket.ts";
import { MetricValueType, UnavailableMetricType, unavailableOf, valuesOf } from "./metric.ts";

const hour = 60 * 60_000;
/** Milliseconds. */
export const spans = { day: 24 * hour, week: 7 * 24 * hour } as const;

const findTarget = batched(({ services }: Context, ids: readonly string[]) => knownTargets(services.db, ids));
/** What is known of a post's targets, for many posts at once. */
export const findTargetsOf = batched(({ services }: Context, ids: readonly string[]) =>
  knownTargetsOf(services.db, ids),
);
/** What a target gained lately, for many at once. */
export const findGains = batched(({ services }: Context, keys: readonly GainsKey[]) =>
  gainsOf(services.db, services.clock.now(), keys),
);

interface ChartKey {
  readonly target: KnownTarget;
  readonly chart: {
    readonly from: Date;
    readonly to: Date;
    readonly bucket: BucketSize;
    readonly timeZone: string | null;
  };
}

/** One statement for each chart that is asked for, however many targets it is asked of. */
export const findSeries = batched(async ({ services }: Context, keys: readonly ChartKey[]) => {
  const charts = new Map<string, ChartKey[]>();
  for (const key of keys) {
    const name = JSON.stringify([key.chart, key.target.workspaceId]);
    charts.set(name, [...(charts.get(name) ?? []), key]);
  }
  const found = new Map<ChartKey, TargetPoint[]>();
  for (const group of charts.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const targets = group.map(({ target }) => target);
    const series = await targetSeries(services.db, targets, first.chart);
    for (const [index, key] of group.entries()) found.set(key, series[index] ?? []);
  }
  return keys.map((key) => found.get(key) ?? []);
});

/** What a series is. */
export const seriesText =
  "How the numbers grew: every bucket that the range touches, at most 400. Null with an error where the range is out of rule.";

/** What a series is asked by. */
export const seriesArguments = builder.args((t) => ({
  from: t.field({ type: "DateTime", required: true, description: "The first bucket holds it." }),
  to: t.field({ type: "DateTime", required: true, description: "Buckets that begin here or later are not in it." }),
  bucket: t.field({ type: BucketEnum, required: true, defaultValue: "DAY", description: "How long buckets are." }),
  timeZone: t.string({ description: timeZoneText }),
}));

const TargetPointType = builder.objectRef<TargetPoint>("TargetMetricsPoint").implement({
  description: "One stretch of time of a target's numbers.",
  fields: (t) => ({
    from: t.expose("from", { type: "DateTime", description: "Its first moment." }),
    to: t.expose("to", { type: "DateTime", description: "The first moment that no longer belongs to it." }),
    totals: t.field({
      type: [MetricValueType],
      description: "The numbers when it ended, of the metrics that were known by then.",
      resolve: ({ totals }) => valuesOf(totals),
    }),
    gains: t.field({
      type: [MetricValueType],
      description: "What each rose by. A metric that was not read meanwhile is missing: nobody knows whether it moved.",
      resolve: ({ gains }) => valuesOf(gains),
    }),
  }),
});

const TargetAnalyticsType = builder.objectRef<KnownTarget>("TargetAnalytics").implement({
  description: "The numbers of a post on one social account.",
  fields: (t) => ({
    latest: t.field({
      type: [MetricValueType],
      description: "The last number known of each metric. One that was never known is missing: that is not zero.",
      resolve: ({ values }) => valuesOf(values),
    }),
    unavailable: t.field({
      type: [UnavailableMetricType],
      description: "Metrics that the last look did not bring, and why. An older number may stand in `latest`.",
      resolve: ({ unknown }) => unavailableOf(unknown),
    }),
    lastDay: t.field({
      type: [MetricValueType],
      description: "What each metric rose by within the last 24 hours, of those that were read meanwhile.",
      resolve: async ({ targetId }, _args, context) =>
        valuesOf(await findGains(context, { targetId, span: spans.day })),
    }),
    lastWeek: t.field({
      type: [MetricValueType],
      description: "What each metric rose by within the last seven days, of those that were read meanwhile.",
      resolve: async ({ targetId }, _args, context) =>
        valuesOf(await findGains(context, { targetId, span: spans.week })),
    }),
    series: t.field({
      type: [TargetPointType],
      nullable: true,
      description: seriesText,
      args: seriesArguments,
      resolve: (target, { from, to, bucket, timeZone }, context) =>
        findSeries(context, { target, chart: { from, to, bucket, timeZone: timeZone ?? null } }),
    }),
    syncedAt: t.expose("syncedAt", {
      type: "DateTime",
      nullable: true,
      description: "When numbers were last read; null: never yet.",
    }),
    nextSyncAt: t.expose("nextSyncAt", {
      type: "DateTime",
      nullable: true,
      description:
        "When they are read next: often while a post is young, then less and less, for thirty days. Null: only when somebody asks.",
    }),
    trouble: t.exposeString("lastError", {
      nullable: true,
      description:
        "Why the last look brought no numbers, for people: it failed, a budget is used up, or the platform counts nothing. Null when it brought some, and before the first.",
    }),
  }),
});

builder.prismaObjectField("PostTarget", "analytics", (t) =>
  t.field({
    authScopes: { may: "analytics:read" },
    type: TargetAnalyticsType,
    nullable: true,
    description: "Its numbers; null until it is published.",
    select: { id: true },
    resolve: ({ id }, _args, context) => findTarget(context, id),
  }),
);
