import { builder } from "../../graphql/builder.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import { type MetricPoint, type MetricSeries, metricSeries } from "../figures/metric-series.ts";
import { BucketEnum, timeZoneText } from "./bucket.ts";
import { groupKeyOf, groupKeyText, groupLabelText, targetGroupingValues } from "./grouping.ts";
import { MetricEnum } from "./metric.ts";

const SeriesGroupingEnum = builder.enumType("SeriesGrouping", {
  description: "By what the series of a metric are told apart.",
  values: targetGroupingValues,
});

const MetricPointType = builder.objectRef<MetricPoint>("MetricPoint").implement({
  description: "One stretch of time of a metric.",
  fields: (t) => ({
    from: t.expose("from", { type: "DateTime", description: "Its first moment." }),
    to: t.expose("to", { type: "DateTime", description: "The first moment that no longer belongs to it." }),
    gain: t.exposeFloat("gain", {
      nullable: true,
      description:
        "What the metric rose by, as it was read in this stretch; below zero where numbers fell. Null where nothing was read: that is not zero.",
    }),
    targets: t.exposeInt("targets", {
      description: "How many targets that is of: those of which the metric was read.",
    }),
  }),
});

const MetricSeriesType = builder.objectRef<MetricSeries>("MetricSeries").implement({
  description: "How a metric of a group of targets grew.",
  fields: (t) => ({
    key: t.exposeString("key", { nullable: true, description: groupKeyText }),
    label: t.exposeString("label", { nullable: true, description: groupLabelText }),
    points: t.field({
      type: [MetricPointType],
      description: "Every bucket that the range touches, in order.",
      resolve: ({ points }) => [...points],
    }),
  }),
});

builder.queryField("metricSeries", (t) =>
  t.withAuth({ may: "analytics:read" }).field({
    type: [MetricSeriesType],
    nullable: true,
    description:
      "What a metric of a workspace's posts rose by over time: those that rose most first, at most 50 groups, 400 buckets and ten years. In the workspace's own time zone, days and more reach as far back as posts do; hours, and other zones, as far as single readings are kept.",
    args: {
      workspaceId: t.arg.id({ description: "Default: your personal workspace." }),
      metric: t.arg({ type: MetricEnum, required: true, description: "What is counted." }),
      from: t.arg({ type: "DateTime", required: true, description: "The first bucket holds it." }),
      to: t.arg({ type: "DateTime", required: true, description: "Buckets that begin here or later are not in it." }),
      bucket: t.arg({ type: BucketEnum, required: true, defaultValue: "DAY", description: "How long buckets are." }),
      timeZone: t.arg.string({ description: timeZoneText }),
      groupBy: t.arg({
        ...{ type: SeriesGroupingEnum, required: true, defaultValue: "NONE" },
        description: "By what series are told apart. A target with pictures of several groups counts in each of them.",
      }),
    },
    resolve: async (_root, { workspaceId, timeZone, ...request }, { services, viewer }) => {
      const series = await metricSeries(services, viewer, {
        ...{ ...request, workspaceId: workspaceOf(viewer, workspaceId), timeZone: timeZone ?? null },
      });
      return series.map((each) => ({ ...each, key: groupKeyOf(request.groupBy, each.key) }));
    },
  }),
);
