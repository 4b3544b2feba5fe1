import { addMilliseconds, type Clock } from "../infra/clock.ts";
import type { Db, Transact } from "../infra/db.ts";
import { waitingJobs } from "../infra/waiting-jobs.ts";
import { targetWakeUpKey, wakeTargets } from "../posts/wake-targets.ts";

/** A due target is late by this before its wake-up may count as lost, in milliseconds. */
const wakeUpGrace = 5_000;
const batchSize = 200;

/**
 * Wakes up what a lost job or a dead process left: due targets that nobody took, and sends whose lease ran out. What still
 * waits its turn in a long queue is left there. Answers how many were woken.
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
  const select = { id: true, dueAt: true, leaseUntil: true } as const;
  const late = await db.postTarget.findMany({
    where: { status: "SCHEDULED", dueAt: { lt: addMilliseconds(now, -wakeUpGrace) } },
    orderBy: [{ dueAt: "asc" }, { id: "asc" }],
    ...{ select, take: batchSize },
  });
  const abandoned = await db.postTarget.findMany({
    where: { status: "PUBLISHING", leaseUntil: { lt: now } },
    orderBy: [{ leaseUntil: "asc" }, { id: "asc" }],
    ...{ select, take: batchSize },
  });
  const wakeUps = [
    ...late.map(({ id, dueAt }) => ({ id, at: dueAt ?? now })),
    ...abandoned.map(({ id, leaseUntil }) => ({ id, at: leaseUntil ?? now })),
  ];
  const waiting = await waitingJobs(db, wakeUps.map(targetWakeUpKey));
  const lost = wakeUps.filter((wakeUp) => !waiting.has(targetWakeUpKey(wakeUp)));
  if (lost.length > 0) await transact((tx) => wakeTargets(tx, lost));
  return lost.length;
}
