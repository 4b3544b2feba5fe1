import { addMilliseconds, type Clock } from "../infra/clock.ts";
import type { Db, Transact } from "../infra/db.ts";
import { waitingJobs } from "../infra/waiting-jobs.ts";
import { imageWakeUpKey, wakeImages } from "./wake-images.ts";

/** A waiting picture younger than this has its first job in the queue for sure, in milliseconds. */
const pendingGrace = 60_000;
const batchSize = 100;

/**
 * Wakes up what a dead process left: pictures whose lease ran out, and waiting ones whose job is lost. What still waits its
 * turn in a long queue keeps its place there. Answers how many were woken.
 */
export async function sweepImages({
  db,
  transact,
  clock,
}: {
  db: Db;
  transact: Transact;
  clock: Clock;
}): Promise<number> {
  const now = clock.now();
  const left = await db.image.findMany({
    where: {
      OR: [
        { status: "GENERATING", leaseUntil: { lt: now } },
        { status: "PENDING", notBefore: null, createdAt: { lt: addMilliseconds(now, -pendingGrace) } },
        { status: "PENDING", notBefore: { lte: now } },
      ],
    },
    select: { id: true },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    take: batchSize,
  });
  const ids = left.map((image) => image.id);
  const waiting = await waitingJobs(db, ids.map(imageWakeUpKey));
  const lost = ids.filter((id) => !waiting.has(imageWakeUpKey(id)));
  if (lost.length > 0) await transact((tx) => wakeImages(tx, lost));
  return lost.length;
}
