import { z } from "zod";
import type { Clock } from "./clock.ts";
import type { Db } from "./db.ts";

/** A run that begins. */
export interface JobRunStart {
  readonly jobId: string;
  readonly name: string;
  readonly attempt: number;
  /** Ids only, so it may be kept as it is. */
  readonly payload: unknown;
}

/** Runs a job and keeps its history: the queue forgets finished jobs. A failing job is recorded and fails all the same. */
export async function recordJobRun(
  { db, clock }: { db: Db; clock: Clock },
  start: JobRunStart,
  work: () => Promise<void>,
): Promise<void> {
  const payload = z.json().parse(start.payload) ?? {};
  const { id } = await db.jobRun.create({ data: { ...start, payload, startedAt: clock.now() }, select: { id: true } });
  const finish = (outcome: "SUCCEEDED" | "FAILED", error: string | null) =>
    db.jobRun.update({ where: { id }, data: { outcome, error, finishedAt: clock.now() }, select: { id: true } });
  try {
    await work();
  } catch (error) {
    await finish("FAILED", error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    throw error;
  }
  await finish("SUCCEEDED", null);
}
