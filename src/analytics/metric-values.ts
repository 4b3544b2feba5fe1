/** Numbers by metric, as they stand in the database. */
import { z } from "zod";
import { type Metric, metrics } from "../platforms/measuring.ts";

/** Every metric, in the order of the list. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `keys` forgets the names of the keys
export const allMetrics = Object.keys(metrics) as readonly Metric[];

/** One of the metrics. */
export const metricName = z.enum(allMetrics);

/** Numbers by metric. A metric that is missing is not known, which is never zero. */
export type MetricValues = Partial<Readonly<Record<Metric, number>>>;

/** Why a metric is not known. */
export type MetricReasons = Partial<Readonly<Record<Metric, string>>>;

/** Numbers as stored. */
export const metricValues = z.partialRecord(metricName, z.number());

/** Reasons as stored. */
export const metricReasons = z.partialRecord(metricName, z.string());

/** The entries of a record by metric, in the order of the list. */
export const entriesOf = <Value>(record: Partial<Readonly<Record<Metric, Value>>>): (readonly [Metric, Value])[] =>
  allMetrics.flatMap((metric) => {
    const value = record[metric];
    return value === undefined ? [] : [[metric, value] as const];
  });
