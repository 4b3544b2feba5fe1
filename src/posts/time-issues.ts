import { addMilliseconds } from "../infra/clock.ts";
import type { ValidationIssue } from "../infra/errors.ts";

/** Nobody plans further ahead than this, in milliseconds: five years. */
const planningHorizon = 5 * 366 * 24 * 60 * 60 * 1_000;

/** A target as far as its own time goes. */
interface TimedTarget {
  readonly position: number;
  readonly plannedAt: Date | null;
}

/** The time of a post, and where somebody wrote it. */
interface NamedTime {
  readonly at: Date;
  readonly path: readonly string[];
}

/** What is wrong with the time of a post and with its targets' own, each at its path. */
export function allTimeIssues({ at, path }: NamedTime, targets: readonly TimedTarget[], now: Date): ValidationIssue[] {
  const follows = targets.some(({ plannedAt }) => plannedAt === null);
  return [
    ...(follows ? timeIssues(path, at, now) : []),
    ...targets.flatMap(({ position, plannedAt }) =>
      plannedAt === null ? [] : timeIssues(["targets", String(position), "at"], plannedAt, now),
    ),
  ];
}

/** What is wrong with one time: it is in the past, or too far ahead. */
export function timeIssues(path: readonly string[], at: Date, now: Date): ValidationIssue[] {
  if (at < now) {
    const message = `${at.toISOString()} is in the past (it is ${now.toISOString()}). Choose a later time, or \`now: true\`.`;
    return [{ path, code: "IN_THE_PAST", message }];
  }
  if (at > addMilliseconds(now, planningHorizon)) {
    return [{ path, code: "TOO_FAR_AHEAD", message: `${at.toISOString()} is more than five years ahead.` }];
  }
  return [];
}
