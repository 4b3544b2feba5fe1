import type { Clock } from "../../infra/clock.ts";
import type { Transact, Tx } from "../../infra/db.ts";
import { recordEvents } from "../../infra/events.ts";
import { imageTopic } from "../image-status.ts";
import { keptBecause } from "./kept-because.ts";
import { type CleanUpScope, summariseCleanUp } from "./plan-clean-up.ts";

/** Pictures of one transaction. */
const batchSize = 200;

/** What a run touches. */
export interface CleanUpServices {
  readonly transact: Transact;
  readonly clock: Clock;
}

/**
 * Puts everything that nobody kept into the trash, from where it can come back for thirty days. The receipt is written first and
 * grows with each batch, so that a run that dies says how far it came. Answers the receipt's id.
 * @param userId who asked; null for the timetable.
 */
export async function runCleanUp(
  { transact, clock }: CleanUpServices,
  scope: CleanUpScope,
  userId: string | null,
): Promise<{ runId: string; removed: number }> {
  const { workspaceId } = scope;
  const runId = await transact(async (tx) => {
    const { kept, keptBecause: reasons } = await summariseCleanUp(tx, scope);
    const details = { keptBecause: reasons, before: scope.before.toISOString() };
    const data = { workspaceId, userId, at: clock.now(), removed: 0, kept, bytes: 0n, details };
    return (await tx.cleanUpRun.create({ data, select: { id: true } })).id;
  });
  let removed = 0;
  let after = start;
  for (;;) {
    const batch = await transact((tx) => removeBatch(tx, scope, { runId, after, at: clock.now() }));
    if (batch === null) return { runId, removed };
    removed += batch.removed;
    after = batch.last;
  }
}

/** A place among the pictures, the oldest first: each is judged once in a run, however many stay. */
interface Place {
  readonly createdAt: Date;
  readonly id: string;
}

const start: Place = { createdAt: new Date(0), id: "00000000-0000-0000-0000-000000000000" };

/** Null when there is nothing left behind `after`. */
async function removeBatch(
  tx: Tx,
  { workspaceId, before }: CleanUpScope,
  { runId, after, at }: { readonly runId: string; readonly after: Place; readonly at: Date },
): Promise<{ readonly removed: number; readonly last: Place } | null> {
  const reasons = keptBecause(before);
  const found = await tx.$queryRaw<Place[]>`
    select image.id, image.created_at as "createdAt" from image
    where image.workspace_id = ${workspaceId}::uuid and image.trashed_at is null and image.created_at < ${before}
      and (image.created_at, image.id) > (${after.createdAt}, ${after.id}::uuid) and cardinality(${reasons}) = 0
    order by image.created_at, image.id limit ${batchSize}`;
  const last = found.at(-1);
  if (last === undefined) return null;
  const ids = found.map(({ id }) => id);
  // In the order in which everybody locks pictures, so that nobody waits in a circle.
  await tx.$queryRaw`select 1 from image where id = any(${ids}::uuid[]) order by id for update`;
  // Judged once more, now that they are locked: a post that took one of them meanwhile is seen here.
  const gone = await tx.$queryRaw<{ id: string; statusVersion: number; bytes: number | null }[]>`
    update image set trashed_at = ${at}, version = version + 1, status_version = status_version + 1
    where image.id = any(${ids}::uuid[]) and image.trashed_at is null and cardinality(${reasons}) = 0
    returning image.id, image.status_version as "statusVersion", image.bytes`;
  await recordEvents(
    tx,
    gone.map(({ id: entityId, statusVersion: version }) => ({
      ...{ workspaceId, topic: imageTopic, entityId, kind: "UPDATED" as const, version },
    })),
  );
  const bytes = gone.reduce((sum, row) => sum + (row.bytes ?? 0), 0);
  await tx.cleanUpRun.update({
    where: { id: runId },
    data: {
      removed: { increment: gone.length },
      kept: { increment: found.length - gone.length },
      bytes: { increment: bytes },
    },
    select: { id: true },
  });
  return { removed: gone.length, last };
}
