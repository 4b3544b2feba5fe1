import { z } from "zod";
import type { Tx } from "../../infra/db.ts";
import { recordEvents } from "../../infra/events.ts";
import { postTopic } from "../../posts/target-status.ts";
import { dayAround, holdCalendar } from "../calendar.ts";
import { entriesOf } from "../metric-values.ts";
import { sumDays } from "../sum-days.ts";
import type { ClaimedTargets } from "./claim-targets.ts";
import type { Finding } from "./finding.ts";

const settledRows = z.array(z.object({ targetId: z.string(), syncedAt: z.date().nullable(), version: z.number() }));

/** What is written down, and when it was found. */
interface Found {
  readonly claimed: ClaimedTargets;
  readonly findings: readonly Finding[];
  readonly now: Date;
}

/**
 * Writes findings down in the caller's transaction: the state of each target whose fence still is the one it was claimed with, its
 * snapshot, the sums of its day, and the event that its post's readers hear of. A fixed number of statements, however many there are.
 */
export async function writeFindings(tx: Tx, { claimed, findings, now }: Found): Promise<void> {
  const { workspaceId, id: socialAccountId } = claimed.account;
  const rows = settledRows.parse(
    await tx.$queryRaw`
      update target_metrics as held set
        values = held.values || coalesce(found.values, '{}'), unknown = coalesce(found.unknown, held.unknown),
        -- Snapshots of one target never share a moment.
        synced_at = case when found.values is null then held.synced_at
          else greatest(${now}, held.synced_at + interval '1 millisecond') end,
        next_sync_at = found.next_sync_at, quiet_until = found.quiet_until, flat = found.flat, failures = found.failures,
        last_error = found.last_error, lease_until = null, version = held.version + 1
      from jsonb_to_recordset(${JSON.stringify(findings.map(rowOf))}::jsonb) as found(
        target_id uuid, fence int, values jsonb, unknown jsonb, next_sync_at timestamptz, quiet_until timestamptz,
        flat int, failures int, last_error text
      )
      where held.target_id = found.target_id and held.fence = found.fence
      returning held.target_id as "targetId", held.synced_at as "syncedAt", held.version`,
  );
  const settled = new Map(rows.map((row) => [row.targetId, row]));
  const written = findings.filter(({ target }) => settled.has(target.targetId));
  const snapshots = written.flatMap(({ target: { targetId }, reading }) => {
    const takenAt = settled.get(targetId)?.syncedAt;
    if (reading === null || !takenAt) return [];
    return [{ targetId, takenAt, workspaceId, socialAccountId, values: reading.values, gains: reading.gains }];
  });
  if (snapshots.length > 0) {
    await tx.metricSnapshot.createMany({ data: snapshots });
    const day = dayAround(now, await holdCalendar(tx, workspaceId));
    await sumDays(tx, { targetIds: snapshots.map(({ targetId }) => targetId), day });
  }
  const told = written.filter(isNews).map(({ target: { postId: entityId, targetId } }) => {
    const version = settled.get(targetId)?.version ?? 0;
    return { workspaceId, topic: postTopic, entityId, kind: "UPDATED", version } as const;
  });
  await recordEvents(tx, told);
}

const rowOf = ({ target, reading, gone, nextSyncAt, quietUntil, flat, failures, lastError }: Finding) => ({
  ...{ target_id: target.targetId, fence: target.fence, values: reading?.values ?? null },
  ...{ unknown: reading?.unknown ?? gone ?? null, next_sync_at: nextSyncAt, quiet_until: quietUntil },
  ...{ flat, failures, last_error: lastError },
});

/** Whether somebody's picture of it changes: its numbers did, or they asked for them. */
const isNews = ({ target, reading, failures }: Finding): boolean =>
  target.asked || (reading === null ? failures === 1 : entriesOf<number>(reading.gains).some(([, gain]) => gain !== 0));
