import { builder } from "../../graphql/builder.ts";
import { DateTimeRange } from "../../graphql/date-time-range.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import {
  type MetricPerCost,
  type ProvenanceFigures,
  perCost,
  provenanceStatistics,
} from "../figures/provenance-statistics.ts";
import { targetGroupingValues } from "./grouping.ts";
import { MetricEnum, MetricSumType } from "./metric.ts";

const { STYLE, PROVIDER, MODEL, TAG } = targetGroupingValues;

const ProvenanceGroupingEnum = builder.enumType("ProvenanceGrouping", {
  description: "By what published pictures are grouped.",
  values: { STYLE, PROVIDER, MODEL, TAG },
});

const MetricPerCostType = builder.objectRef<MetricPerCost>("MetricPerCost").implement({
  description: "What one unit of money brought.",
  fields: (t) => ({
    metric: t.expose("metric", { type: MetricEnum, description: "What is counted." }),
    currency: t.exposeString("currency", { description: "ISO 4217 code." }),
    value: t.exposeFloat("value", { description: "So much of the metric for one unit of the currency." }),
  }),
});

const ProvenanceCostType = builder.objectRef<ProvenanceFigures["costs"][number]>("ProvenanceCost").implement({
  description: "What pictures cost in one currency, all attempts at them included.",
  fields: (t) => ({
    amount: t.float({
      description: "In whole units of the currency: 0.04 is four cents.",
      resolve: ({ micros }) => Number(micros) / 1_000_000,
    }),
    currency: t.exposeString("currency", { description: "ISO 4217 code." }),
    isReported: t.exposeBoolean("reported", {
      description: "Whether providers reported it; false where some of it is estimated from list prices.",
    }),
  }),
});

const ProvenanceStatisticsType = builder.objectRef<ProvenanceFigures>("ProvenanceStatistics").implement({
  description: "What came of pictures that were made in one way.",
  fields: (t) => ({
    key: t.exposeString("key", {
      nullable: true,
      description: "The group; null for pictures that have none, such as uploads, or no style.",
    }),
    images: t.exposeInt("images", { description: "Pictures that were published." }),
    targets: t.exposeInt("targets", { description: "Targets that show them." }),
    metrics: t.field({
      type: [MetricSumType],
      description: "What came of these targets, by metric, over those that have it.",
      resolve: ({ metrics }) => metrics,
    }),
    costs: t.field({
      type: [ProvenanceCostType],
      description: "What the pictures cost, for each currency; unknown costs are not in it.",
      resolve: ({ costs }) => costs,
    }),
    imagesWithCost: t.exposeInt("imagesWithCost", { description: "Pictures whose cost is known." }),
    perCost: t.field({
      type: [MetricPerCostType],
      description:
        "What one unit of money brought: a metric over the targets that have it, for what their pictures cost. A metric is missing where one of these costs is not known, where they are in several currencies, and where nothing was paid.",
      resolve: (figures) => perCost(figures),
    }),
  }),
});

builder.queryField("provenanceStatistics", (t) =>
  t.withAuth({ may: "analytics:read" }).field({
    type: [ProvenanceStatisticsType],
    nullable: true,
    description:
      "What came of published pictures by how they were made, over what was published within a range of at most 366 days. The groups with most targets first, at most 400.",
    args: {
      workspaceId: t.arg.id({ description: "Default: your personal workspace." }),
      range: t.arg({ type: DateTimeRange, required: true, description: "Targets published within it." }),
      groupBy: t.arg({
        ...{ type: ProvenanceGroupingEnum, required: true, defaultValue: "STYLE" },
        description: "By what they are grouped. A target with pictures of several groups counts in each of them.",
      }),
    },
    resolve: (_root, { workspaceId, range, groupBy }, { services, viewer }) =>
      provenanceStatistics(services, viewer, { workspaceId: workspaceOf(viewer, workspaceId), range, groupBy }),
  }),
);
