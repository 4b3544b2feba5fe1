import type { Tx } from "../infra/db.ts";
import { enqueue, jobPriority } from "../infra/jobs.ts";
import { publishTargetJob } from "./jobs.ts";

/** A target and the moment to look at it. */
export interface TargetWakeUp {
  readonly id: string;
  readonly at: Date;
  /** Whether its sending has begun: it goes on before others begin. */
  readonly begun?: boolean;
}

/** The key of a wake-up in the queue: one per target and moment, however often it is asked for. */
export const targetWakeUpKey = ({ id, at }: TargetWakeUp): string => `publish-target:${id}:${at.getTime()}`;

/** Enqueues wake-ups in the caller's transaction. A moment in the past means at once. */
export async function wakeTargets(tx: Tx, wakeUps: readonly TargetWakeUp[]): Promise<void> {
  const jobs = wakeUps.map((wakeUp) => ({
    payload: { targetId: wakeUp.id },
    runAt: wakeUp.at,
    key: targetWakeUpKey(wakeUp),
    ...(wakeUp.begun === true && { priority: jobPriority.begunPost }),
  }));
  await enqueue(tx, publishTargetJob, jobs);
}
