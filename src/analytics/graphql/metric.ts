import { builder } from "../../graphql/builder.ts";
import { type Metric, metrics } from "../../platforms/measuring.ts";
import type { MetricSum } from "../figures/metric-sums.ts";
import { entriesOf, type MetricReasons, type MetricValues } from "../metric-values.ts";

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `fromEntries` forgets the names of the keys
const metricEnumValues = Object.fromEntries(
  Object.entries(metrics).map(([metric, description]) => [metric, { description }]),
) as { [metric in Metric]: { description: string } };

/** Everything that some platform counts. */
export const MetricEnum = builder.enumType("Metric", {
  description: "What platforms count about a post. Each counts some of it: see `platforms { metrics }`.",
  values: metricEnumValues,
});

interface Value {
  readonly metric: Metric;
  readonly value: number;
}

/** A number of one metric. */
export const MetricValueType = builder.objectRef<Value>("MetricValue").implement({
  description: "A number of one metric.",
  fields: (t) => ({
    metric: t.expose("metric", { type: MetricEnum, description: "What is counted." }),
    value: t.exposeFloat("value", {
      description:
        "How many: a whole number, which may be larger than an Int. A gain is below zero where numbers fell.",
    }),
  }),
});

/** Numbers as a list, in the order of the metrics. */
export const valuesOf = (values: MetricValues): Value[] =>
  entriesOf(values).map(([metric, value]) => ({ metric, value }));

interface Unavailable {
  readonly metric: Metric;
  readonly reason: string;
}

/** A metric that is not known. */
export const UnavailableMetricType = builder.objectRef<Unavailable>("UnavailableMetric").implement({
  description: "A metric that the platform counts, and that the last look did not bring.",
  fields: (t) => ({
    metric: t.expose("metric", { type: MetricEnum, description: "What is counted." }),
    reason: t.exposeString("reason", { description: "Why it is not known, for people." }),
  }),
});

/** Reasons as a list, in the order of the metrics. */
export const unavailableOf = (unknown: MetricReasons): Unavailable[] =>
  entriesOf(unknown).map(([metric, reason]) => ({ metric, reason }));

/** A metric over some targets. */
export const MetricSumType = builder.objectRef<MetricSum>("MetricSum").implement({
  description: "A metric over several targets. Those whose platform does not tell it are not in it.",
  fields: (t) => ({
    metric: t.expose("metric", { type: MetricEnum, description: "What is counted." }),
    sum: t.exposeFloat("sum", {
      description: "The sum over these targets: a whole number; a gain is below zero where numbers fell.",
    }),
    targets: t.exposeInt("targets", {
      description: "How many targets that is of: those of which the metric is known.",
    }),
    mean: t.float({
      description: "The sum for each of these targets.",
      resolve: ({ sum, targets }) => sum / targets,
    }),
  }),
});
