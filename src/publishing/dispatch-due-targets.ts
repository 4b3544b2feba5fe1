import { addMilliseconds, type Clock } from "../infra/clock.ts";
import type { Db, Transact } from "../infra/db.ts";
import { enqueue } from "../infra/jobs.ts";
import { publishTargetJob } from "../posts/jobs.ts";
import { wakeUpHorizon } from "../posts/schedule-targets.ts";

const batchSize = 1_000;

/**
 * Enqueues the wake-ups of everything that comes due within the horizon, each at its exact moment. Runs every minute; the
 * horizon is longer than that, and the key keeps one wake-up per target and moment. Answers how many.
 */
export async function dispatchDueTargets({
  db,
  transact,
  clock,
}: {
  db: Db;
  transact: Transact;
  clock: Clock;
}): Promise<number> {
  const horizon = addMilliseconds(clock.now(), wakeUpHorizon);
  let dispatched = 0;
  let after: { dueAt: Date; id: string } | null = null;
  for (;;) {
    const behind: object =
      after === null ? {} : { OR: [{ dueAt: { gt: after.dueAt } }, { dueAt: after.dueAt, id: { gt: after.id } }] };
    const due = await db.postTarget.findMany({
      where: { status: "SCHEDULED", dueAt: { lte: horizon }, ...behind },
      select: { id: true, dueAt: true },
      orderBy: [{ dueAt: "asc" }, { id: "asc" }],
      take: batchSize,
    });
    const wakeUps = due.flatMap(({ id, dueAt }) =>
      dueAt === null
        ? []
        : [{ payload: { targetId: id }, runAt: dueAt, key: `publish-target:${id}:${dueAt.getTime()}` }],
    );
    if (wakeUps.length > 0) await transact((tx) => enqueue(tx, publishTargetJob, wakeUps));
    dispatched += wakeUps.length;
    const last = due.at(-1);
    if (due.length < batchSize || last === undefined || last.dueAt === null) return dispatched;
    after = { dueAt: last.dueAt, id: last.id };
  }
}
