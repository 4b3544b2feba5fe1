import { addMilliseconds, type Clock } from "../../infra/clock.ts";
import type { Db, Transact } from "../../infra/db.ts";
import { waitingJobs } from "../../infra/waiting-jobs.ts";
import { intakeWakeUpKey, wakeIntake } from "./wake-intake.ts";

/** A waiting picture younger than this has its first job in the queue for sure, in milliseconds. */
const pendingGrace = 60_000;
const batchSize = 100;

/** Wakes up uploads and imports that a dead process left, as `sweepImages` does for generations. Answers how many were woken. */
export async function sweepIntake({
  db,
  transact,
  clock,
}: {
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
}): Promise<number> {
  const now = clock.now();
  const left = await db.image.findMany({
    where: {
      origin: { not: "GENERATED" },
      OR: [
        { status: "GENERATING", leaseUntil: { lt: now } },
        { status: "PENDING", createdAt: { lt: addMilliseconds(now, -pendingGrace) } },
      ],
    },
    select: { id: true },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    take: batchSize,
  });
  const ids = left.map((image) => image.id);
  const waiting = await waitingJobs(db, ids.map(intakeWakeUpKey));
  const lost = ids.filter((id) => !waiting.has(intakeWakeUpKey(id)));
  if (lost.length > 0) await transact((tx) => wakeIntake(tx, lost));
  return lost.length;
}
