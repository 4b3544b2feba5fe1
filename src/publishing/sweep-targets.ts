import { addMilliseconds, type Clock } from "../infra/clock.ts";
import type { Db, Transact } from "../infra/db.ts";
import { enqueue } from "../infra/jobs.ts";
import { publishTargetJob } from "../posts/jobs.ts";

/** A due target is late by this before its wake-up counts as lost, in milliseconds. */
const wakeUpGrace = 5_000;
const batchSize = 200;

/**
 * Wakes up what a lost job or a dead process left: due targets that nobody took, and sends whose lease ran out. Answers how
 * many. The key keeps one such wake-up per target; a superfluous one finds nothing to do.
 */
export async function sweepTargets({
  db,
  transact,
  clock,
}: {
  db: Db;
  transact: Transact;
  clock: Clock;
}): Promise<number> {
  const now = clock.now();
  const left = await db.postTarget.findMany({
    where: {
      OR: [
        { status: "SCHEDULED", dueAt: { lt: addMilliseconds(now, -wakeUpGrace) } },
        { status: "PUBLISHING", leaseUntil: { lt: now } },
      ],
    },
    select: { id: true },
    take: batchSize,
  });
  if (left.length > 0) {
    const wakeUps = left.map(({ id }) => ({ payload: { targetId: id }, key: `publish-target:${id}:sweep` }));
    await transact((tx) => enqueue(tx, publishTargetJob, wakeUps));
  }
  return left.length;
}
