import { addMilliseconds, type Clock } from "../../infra/clock.ts";
import type { Db, Transact } from "../../infra/db.ts";
import { waitingJobs } from "../../infra/waiting-jobs.ts";
import { exportWakeUpKey, wakeExports } from "./wake-exports.ts";

/** An export younger than this has its first job in the queue for sure, in milliseconds. */
const pendingGrace = 60_000;
const batchSize = 100;

/** Wakes up exports that a dead process left, and waiting ones whose job is lost. Answers how many were woken. */
export async function sweepExports({
  db,
  transact,
  clock,
}: {
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
}): Promise<number> {
  const now = clock.now();
  const left = await db.metricExport.findMany({
    where: {
      status: "PENDING",
      OR: [{ leaseUntil: { lt: now } }, { leaseUntil: null, createdAt: { lt: addMilliseconds(now, -pendingGrace) } }],
    },
    select: { id: true },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    take: batchSize,
  });
  const ids = left.map(({ id }) => id);
  const waiting = await waitingJobs(db, ids.map(exportWakeUpKey));
  const lost = ids.filter((id) => !waiting.has(exportWakeUpKey(id)));
  if (lost.length > 0) await transact((tx) => wakeExports(tx, lost));
  return lost.length;
}
