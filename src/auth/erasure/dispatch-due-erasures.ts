import type { Clock } from "../../infra/clock.ts";
import type { Db, Transact, Tx } from "../../infra/db.ts";
import { enqueue } from "../../infra/jobs.ts";
import { waitingJobs } from "../../infra/waiting-jobs.ts";
import { eraseAccountJob } from "./jobs.ts";

const batchSize = 100;

/** The key of an erasure's wake-up in the queue. */
const wakeUpKey = (userId: string): string => `erase-account:${userId}`;

/** Enqueues erasures in the caller's transaction. One that runs already is begun again beside it, which is harmless. */
export async function wakeErasures(tx: Tx, userIds: readonly string[]): Promise<void> {
  await enqueue(
    tx,
    eraseAccountJob,
    userIds.map((userId) => ({ payload: { userId }, key: wakeUpKey(userId) })),
  );
}

/** Wakes up the erasure of every account whose time has come, those that broke off included. Answers how many. */
export async function dispatchDueErasures({
  db,
  transact,
  clock,
}: {
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
}): Promise<number> {
  const due = await db.user.findMany({
    where: { erasureDueAt: { lte: clock.now() } },
    select: { id: true },
    orderBy: [{ erasureDueAt: "asc" }, { id: "asc" }],
    take: batchSize,
  });
  const ids = due.map(({ id }) => id);
  const waiting = await waitingJobs(db, ids.map(wakeUpKey));
  const asleep = ids.filter((id) => !waiting.has(wakeUpKey(id)));
  if (asleep.length > 0) await transact((tx) => wakeErasures(tx, asleep));
  return asleep.length;
}
