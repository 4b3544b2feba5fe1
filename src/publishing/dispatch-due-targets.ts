import { addMilliseconds, type Clock } from "../infra/clock.ts";
import type { Db, Transact } from "../infra/db.ts";
import { wakeUpHorizon } from "../posts/schedule-targets.ts";
import { wakeTargets } from "../posts/wake-targets.ts";

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
  let last: { at: Date; id: string } | null = null;
  for (;;) {
    const behind: object =
      last === null ? {} : { OR: [{ dueAt: { gt: last.at } }, { dueAt: last.at, id: { gt: last.id } }] };
    const due = await db.postTarget.findMany({
      where: { status: "SCHEDULED", dueAt: { lte: horizon }, ...behind },
      select: { id: true, dueAt: true },
      orderBy: [{ dueAt: "asc" }, { id: "asc" }],
      take: batchSize,
    });
    const wakeUps = due.flatMap(({ id, dueAt }) => (dueAt === null ? [] : [{ id, at: dueAt }]));
    if (wakeUps.length > 0) await transact((tx) => wakeTargets(tx, wakeUps));
    dispatched += wakeUps.length;
    last = wakeUps.at(-1) ?? null;
    if (due.length < batchSize || last === null) return dispatched;
  }
}
