/**
 * Moves of many targets at once. Like `moveTarget`, each raises the version of what it moves and tells of its post, but takes the same few statements for
 * a thousand targets as for one. The caller has locked posts and targets with `lockPosts`, so that nobody else moves them meanwhile.
 */
import { z } from "zod";
import type { PostTarget } from "../generated/prisma/client.ts";
import { addMilliseconds } from "../infra/clock.ts";
import type { Tx } from "../infra/db.ts";
import { recordEvents } from "../infra/events.ts";
import { type Placement, placementColumns } from "./placement.ts";
import { wakeUpHorizon } from "./schedule-targets.ts";
import { cancellable, postTopic } from "./target-status.ts";
import { wakeTargets } from "./wake-targets.ts";

/** Why something does not go out, for programs and for people. */
export interface CancelReason {
  readonly code: string;
  readonly message: string;
}

/** Cancels everything of locked posts that waits, and says why on it. Answers the posts of which something was cancelled. */
export async function cancelTargets(
  tx: Tx,
  postIds: readonly string[],
  { code, message }: CancelReason,
): Promise<ReadonlySet<string>> {
  const reason = { failureCode: code, failureMessage: message, failureRetryable: true };
  const cancelled = await tx.postTarget.updateManyAndReturn({
    where: { postId: { in: [...postIds] }, status: { in: [...cancellable] } },
    data: { status: "CANCELLED", ...reason, dueAt: null, statusVersion: { increment: 1 } },
    select: { postId: true, workspaceId: true, statusVersion: true },
  });
  await tellOfPosts(tx, cancelled);
  return new Set(cancelled.map(({ postId }) => postId));
}

/** A locked target that waits, and its new time. */
export interface Replacing {
  readonly target: Pick<PostTarget, "id" | "status">;
  readonly placement: Placement;
}

const movedRow = z.object({ postId: z.string(), workspaceId: z.string(), statusVersion: z.number() });

/**
 * Gives locked targets that wait other times, each its own; what they send stays as it was fixed, and what waits for a picture or an approval goes on
 * waiting. What is due soon is woken.
 */
export async function placeTargets(tx: Tx, moves: readonly Replacing[], now: Date): Promise<void> {
  if (moves.length === 0) return;
  const rows = moves.map(({ target: { id, status }, placement }) => ({
    ...{ id, status, dueAt: status === "SCHEDULED" ? placement.at : null },
    ...placementColumns(placement),
  }));
  const moved = await tx.$queryRaw`
    update post_target as t set
      scheduled_at = m."scheduledAt", in_queue = m."inQueue", due_at = m."dueAt",
      local_time = m."localTime", time_zone = m."timeZone", zone_data_version = m."zoneDataVersion",
      failure_code = null, failure_message = null, failure_retryable = null, status_version = t.status_version + 1
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as m(
      id uuid, status text, "scheduledAt" timestamptz, "inQueue" boolean, "dueAt" timestamptz,
      "localTime" text, "timeZone" text, "zoneDataVersion" text)
    where t.id = m.id and t.status::text = m.status
    returning t.post_id as "postId", t.workspace_id as "workspaceId", t.status_version as "statusVersion"`;
  const told = z.array(movedRow).parse(moved);
  if (told.length < moves.length) {
    throw new Error(`${moves.length - told.length} targets changed although they were locked.`);
  }
  await tellOfPosts(tx, told);
  const soon = addMilliseconds(now, wakeUpHorizon);
  const due = moves.filter(({ target, placement }) => target.status === "SCHEDULED" && placement.at <= soon);
  await wakeTargets(
    tx,
    due.map(({ target, placement }) => ({ id: target.id, at: placement.at })),
  );
}

/** One event for each post, however many of its targets moved. */
async function tellOfPosts(tx: Tx, moved: readonly z.output<typeof movedRow>[]): Promise<void> {
  const newest = new Map<string, z.output<typeof movedRow>>();
  for (const row of moved) {
    const known = newest.get(row.postId);
    if (known === undefined || known.statusVersion < row.statusVersion) newest.set(row.postId, row);
  }
  await recordEvents(
    tx,
    [...newest.values()].map(({ postId: entityId, workspaceId, statusVersion: version }) => ({
      ...({ workspaceId, topic: postTopic, entityId, kind: "UPDATED", version } as const),
    })),
  );
}
