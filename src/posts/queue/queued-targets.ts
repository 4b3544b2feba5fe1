import type { PostTarget } from "../../generated/prisma/client.ts";
import { addMilliseconds } from "../../infra/clock.ts";
import type { Tx } from "../../infra/db.ts";
import { type Placement, placementColumns } from "../placement.ts";
import { wakeUpHorizon } from "../schedule-targets.ts";
import { moveTarget } from "../target-status.ts";
import { wakeTargets } from "../wake-targets.ts";

/** Locks what waits in a locked account's queue, posts before targets, and reads it in its order. */
export async function lockQueued(tx: Tx, socialAccountId: string): Promise<PostTarget[]> {
  await tx.$queryRaw`
    select 1 from post
    where id in (
      select post_id from post_target
      where social_account_id = ${socialAccountId}::uuid and in_queue and status in ('SCHEDULED', 'AWAITING_IMAGES', 'AWAITING_APPROVAL'))
    order by id for update`;
  await tx.$queryRaw`
    select 1 from post_target
    where social_account_id = ${socialAccountId}::uuid and in_queue and status in ('SCHEDULED', 'AWAITING_IMAGES', 'AWAITING_APPROVAL') order by id for update`;
  return tx.postTarget.findMany({
    where: { socialAccountId, inQueue: true, status: { in: ["SCHEDULED", "AWAITING_IMAGES", "AWAITING_APPROVAL"] } },
    orderBy: [{ scheduledAt: "asc" }, { id: "asc" }],
  });
}

/** Gives a locked target that waits in a queue another time; what it sends stays as it was fixed. */
export async function replaceTarget(tx: Tx, target: PostTarget, placement: Placement, now: Date): Promise<void> {
  const clean = { failureCode: null, failureMessage: null, failureRetryable: null };
  const waits = target.status !== "SCHEDULED";
  const data = { ...clean, ...placementColumns(placement), dueAt: waits ? null : placement.at };
  if (!(await moveTarget(tx, { target, to: target.status, data }))) {
    throw new Error(`The target ${target.id} changed although it was locked.`);
  }
  if (!waits && placement.at <= addMilliseconds(now, wakeUpHorizon))
    await wakeTargets(tx, [{ id: target.id, at: placement.at }]);
}
