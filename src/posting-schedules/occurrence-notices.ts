import type { Occurrence } from "../generated/prisma/client.ts";
import type { NotificationKind } from "../generated/prisma/enums.ts";
import type { Tx } from "../infra/db.ts";
import { recordNotices } from "../infra/notices.ts";

type OccurrenceNotice = Extract<NotificationKind, `OCCURRENCE_${string}`>;

/** Tells of an occurrence as it is now; its reason says why. Those of one schedule that nobody has read yet are told as one. */
export async function tellOfOccurrence(
  tx: Tx,
  kind: OccurrenceNotice,
  { id, workspaceId, scheduleId, version }: Occurrence,
): Promise<void> {
  await recordNotices(tx, [{ workspaceId, kind, entityId: id, cause: { id, version }, groupKey: scheduleId }]);
}
