import type { Clock } from "../infra/clock.ts";
import { addMilliseconds } from "../infra/clock.ts";
import type { Db, Transact } from "../infra/db.ts";
import { enqueue } from "../infra/jobs.ts";
import { generateImageJob } from "./jobs.ts";

/** A waiting picture younger than this has its first job in the queue for sure, in milliseconds. */
const pendingGrace = 60_000;
const batchSize = 100;

/**
 * Wakes up what a dead process left: pictures whose lease ran out, and waiting ones whose job is lost. Answers how many. The
 * job's key keeps one waiting wake-up per picture; a superfluous one finds nothing to do.
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
  const abandoned = await db.image.findMany({
    where: {
      OR: [
        { status: "GENERATING", leaseUntil: { lt: now } },
        { status: "PENDING", createdAt: { lt: addMilliseconds(now, -pendingGrace) } },
      ],
    },
    select: { id: true },
    orderBy: { createdAt: "asc" },
    take: batchSize,
  });
  if (abandoned.length > 0) {
    const wakeUps = abandoned.map(({ id }) => ({ payload: { imageId: id }, key: `generate-image:${id}` }));
    await transact((tx) => enqueue(tx, generateImageJob, wakeUps));
  }
  return abandoned.length;
}
