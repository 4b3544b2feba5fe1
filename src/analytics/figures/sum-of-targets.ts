import { allMetrics, type MetricValues } from "../metric-values.ts";
import type { MetricSum } from "./metric-sums.ts";

/** The numbers of several targets, summed by metric over those that have it. */
export function sumOfTargets(targets: readonly MetricValues[]): MetricSum[] {
  return allMetrics.flatMap((metric) => {
    const known = targets.flatMap((values) => values[metric] ?? []);
    return known.length === 0
      ? []
      : [{ metric, sum: known.reduce((sum, value) => sum + value, 0), targets: known.length }];
  });
}
