import type { PostTargetStatus } from "../generated/prisma/enums.ts";
import { addMilliseconds, type Clock } from "../infra/clock.ts";
import type { Db, Transact, Tx } from "../infra/db.ts";
import { localPlanColumns, readLocalPlan, resolvePlan } from "../infra/time/local-plan.ts";
import { zoneDataVersion } from "../infra/time/local-time.ts";
import { lockAccountsOf } from "./queue/lock-accounts.ts";
import { wakeUpHorizon } from "./schedule-targets.ts";
import { moveTarget } from "./target-status.ts";
import { wakeTargets } from "./wake-targets.ts";

const batchSize = 200;

/** What holds a time, and may still go out at it. */
const waiting: readonly PostTargetStatus[] = ["SCHEDULED", "AWAITING_APPROVAL", "AWAITING_IMAGES"];

/** What resolving again touches. */
export interface ResolvingServices {
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
}

/**
 * Resolves the local times of what is scheduled again, where another version of the zone database did it before: a country changed its clocks, and
 * nine o'clock is still nine o'clock. Whoever schedules by local time and keeps it with `localPlanColumns` is served, slots or not. Each worker
 * asks for it when it starts. Answers how many targets moved. Safe to run twice, and to die in.
 */
export async function resolveLocalTimes(services: ResolvingServices): Promise<number> {
  let moved = 0;
  for (;;) {
    const outdated = await services.db.postTarget.findMany({
      where: { status: { in: [...waiting] }, zoneDataVersion: { not: zoneDataVersion } },
      select: { id: true, postId: true },
      orderBy: { id: "asc" },
      take: batchSize,
    });
    for (const target of outdated) {
      if (await services.transact((tx) => resolveTarget(tx, services.clock, target))) moved += 1;
    }
    if (outdated.length < batchSize) return moved;
  }
}

async function resolveTarget(
  tx: Tx,
  clock: Clock,
  { id, postId }: { readonly id: string; readonly postId: string },
): Promise<boolean> {
  await lockAccountsOf(tx, postId);
  await tx.$queryRaw`select 1 from post where id = ${postId}::uuid for update`;
  await tx.$queryRaw`select 1 from post_target where id = ${id}::uuid for update`;
  const target = await tx.postTarget.findUnique({ where: { id } });
  const plan = target === null ? null : readLocalPlan(target);
  if (target === null || plan === null || !waiting.includes(target.status)) return false;
  const at = resolvePlan(plan);
  if (at.getTime() === target.scheduledAt?.getTime()) {
    await tx.postTarget.update({ where: { id }, data: localPlanColumns(plan) });
    return false;
  }
  // What waits for a platform, or in a paused queue, goes on waiting.
  const dueAt = target.dueAt?.getTime() === target.scheduledAt?.getTime() ? at : target.dueAt;
  await moveTarget(tx, { target, to: target.status, data: { ...localPlanColumns(plan), scheduledAt: at, dueAt } });
  if (dueAt !== null && dueAt <= addMilliseconds(clock.now(), wakeUpHorizon))
    await wakeTargets(tx, [{ id, at: dueAt }]);
  return true;
}
