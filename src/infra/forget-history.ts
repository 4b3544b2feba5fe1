import { addMilliseconds, type Clock } from "./clock.ts";
import type { Db } from "./db.ts";

const day = 24 * 60 * 60 * 1_000;

/** How long the history of jobs is kept, in milliseconds. */
export const jobRunRetention = 30 * day;

/** How long a repeated request gets the first answer again, in milliseconds. */
export const idempotencyRetention = 7 * day;

/** Deletes job runs and idempotency keys that are past their time. Answers how many. */
export async function forgetHistory({ db, clock }: { db: Db; clock: Clock }): Promise<number> {
  const before = (age: number) => ({ lt: addMilliseconds(clock.now(), -age) });
  const runs = await db.jobRun.deleteMany({ where: { startedAt: before(jobRunRetention) } });
  const keys = await db.idempotencyKey.deleteMany({ where: { createdAt: before(idempotencyRetention) } });
  return runs.count + keys.count;
}
