/** A post's numbers over all of its targets. */
import { builder } from "../../graphql/builder.ts";
import type { Context } from "../../graphql/context.ts";
import type { MetricSum } from "../figures/metric-sums.ts";
import { sumOfTargets } from "../figures/sum-of-targets.ts";
import type { KnownTarget } from "../figures/target-analytics.ts";
import { findGains, findSeries, findTargetsOf, seriesArguments, seriesText, spans } from "./analytics.ts";
import { MetricSumType } from "./metric.ts";

/** One stretch of time of a post's numbers. */
interface PostPoint {
  readonly from: Date;
  readonly to: Date;
  readonly totals: readonly MetricSum[];
  readonly gains: readonly MetricSum[];
}

const PostPointType = builder.objectRef<PostPoint>("PostMetricsPoint").implement({
  description: "One stretch of time of a post's numbers.",
  fields: (t) => ({
    from: t.expose("from", { type: "DateTime", description: "Its first moment." }),
    to: t.expose("to", { type: "DateTime", description: "The first moment that no longer belongs to it." }),
    totals: t.field({
      type: [MetricSumType],
      description: "The numbers when it ended, summed over the targets of which they were known by then.",
      resolve: ({ totals }) => [...totals],
    }),
    gains: t.field({
      type: [MetricSumType],
      description: "What each rose by, summed over the targets of which it was read meanwhile.",
      resolve: ({ gains }) => [...gains],
    }),
  }),
});

/** What a post's targets gained within a span, summed. */
async function gained(context: Context, targets: readonly KnownTarget[], span: number): Promise<MetricSum[]> {
  return sumOfTargets(await Promise.all(targets.map(({ targetId }) => findGains(context, { targetId, span }))));
}

const PostAnalyticsType = builder.objectRef<readonly KnownTarget[]>("PostAnalytics").implement({
  description: "The numbers of a post over all social accounts on which it is out.",
  fields: (t) => ({
    latest: t.field({
      type: [MetricSumType],
      description: "The last numbers known, summed over the targets that have them.",
      resolve: (targets) => sumOfTargets(targets.map(({ values }) => values)),
    }),
    lastDay: t.field({
      type: [MetricSumType],
      description:
        "What each metric rose by within the last 24 hours, summed over the targets of which it was read meanwhile.",
      resolve: (targets, _args, context) => gained(context, targets, spans.day),
    }),
    lastWeek: t.field({
      type: [MetricSumType],
      description:
        "What each metric rose by within the last seven days, summed over the targets of which it was read meanwhile.",
      resolve: (targets, _args, context) => gained(context, targets, spans.week),
    }),
    series: t.field({
      type: [PostPointType],
      nullable: true,
      description: seriesText,
      args: seriesArguments,
      resolve: async (targets, { from, to, bucket, timeZone }, context) => {
        const chart = { from, to, bucket, timeZone: timeZone ?? null };
        const all = await Promise.all(targets.map((target) => findSeries(context, { target, chart })));
        return (all[0] ?? []).map(({ from: begin, to: end }, index): PostPoint => {
          const points = all.flatMap((ofTarget) => ofTarget[index] ?? []);
          return {
            ...{ from: begin, to: end },
            totals: sumOfTargets(points.map(({ totals }) => totals)),
            gains: sumOfTargets(points.map(({ gains }) => gains)),
          };
        });
      },
    }),
    targets: t.int({ description: "How many targets are out.", resolve: (targets) => targets.length }),
    syncedAt: t.field({
      type: "DateTime",
      nullable: true,
      description: "When numbers were last read on all of them; null: not on all of them yet.",
      resolve: (targets) => {
        const moments = targets.map(({ syncedAt }) => syncedAt?.getTime() ?? Number.NaN);
        const oldest = Math.min(...moments);
        return Number.isFinite(oldest) ? new Date(oldest) : null;
      },
    }),
  }),
});

builder.prismaObjectField("Post", "analytics", (t) =>
  t.field({
    authScopes: { may: "analytics:read" },
    type: PostAnalyticsType,
    nullable: true,
    description: "Its numbers over all targets; null until one is published.",
    select: { id: true },
    resolve: async ({ id }, _args, context) => {
      const targets = await findTargetsOf(context, id);
      return targets.length === 0 ? null : targets;
    },
  }),
);
