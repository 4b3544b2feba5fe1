/** What a look at one post found out. Pure. */
import type { Measurement } from "../../platforms/measuring.ts";
import type { PlatformDefinition } from "../../platforms/platform.ts";
import { entriesOf, type MetricReasons, type MetricValues } from "../metric-values.ts";
import type { ClaimedTarget } from "./claim-targets.ts";
import { nextSync, nextTry } from "./sync-plan.ts";

/** Numbers that were read. */
export interface Reading {
  /** As read. */
  readonly values: MetricValues;
  /** What each rose by since it was last known; a number that fell is a gain below zero. */
  readonly gains: MetricValues;
  readonly unknown: MetricReasons;
}

/** What is written of a target after a look. */
export interface Finding {
  readonly target: ClaimedTarget;
  /** Null when there are none: what was known stays. */
  readonly reading: Reading | null;
  /** Why nothing is known any more, where that is so. */
  readonly gone?: MetricReasons;
  readonly flat: number;
  readonly failures: number;
  readonly nextSyncAt: Date | null;
  readonly quietUntil: Date | null;
  readonly lastError: string | null;
}

/** A post that was not found so often is not looked for any more. */
const mostAbsences = 5;

/** Reads a platform's answer about one post; `measurement` is undefined when it did not find the post. */
export function findingOf({
  target,
  measurement,
  definition,
  now,
}: {
  readonly target: ClaimedTarget;
  readonly measurement: Measurement | undefined;
  readonly definition: Pick<PlatformDefinition, "label" | "measuring">;
  readonly now: Date;
}): Finding {
  const { publishedAt } = target;
  const counted = definition.measuring?.metrics ?? [];
  if (measurement === undefined) {
    const failures = target.failures + 1;
    const lastError = `${definition.label} does not show this post any more, so there are no new numbers.`;
    const nextSyncAt = failures >= mostAbsences ? null : nextTry({ publishedAt, now, failures: failures + 4 });
    const gone = Object.fromEntries(counted.map((metric) => [metric, lastError]));
    return { target, reading: null, gone, flat: target.flat, failures, nextSyncAt, quietUntil: null, lastError };
  }
  const { values } = measurement;
  const untold = counted.filter((metric) => values[metric] === undefined);
  const unknown = Object.fromEntries(
    untold.map((metric) => [metric, measurement.unknown[metric] ?? `${definition.label} did not tell it.`]),
  );
  const gains = Object.fromEntries(
    entriesOf(values).map(([metric, value]) => [metric, value - (target.values[metric] ?? 0)]),
  );
  const moved = entriesOf<number>(gains).some(([metric, gain]) => gain !== 0 || target.values[metric] === undefined);
  const flat = moved ? 0 : target.flat + 1;
  return {
    ...{ target, reading: { values, gains, unknown }, flat, failures: 0, quietUntil: null, lastError: null },
    nextSyncAt: nextSync({ publishedAt, now, flat }),
  };
}
