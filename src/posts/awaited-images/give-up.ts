import type { Tx } from "../../infra/db.ts";
import { recordNotices } from "../../infra/notices.ts";
import type { TargetWithContent } from "../post-content.ts";
import { noteOnTarget } from "../target-status.ts";

/**
 * Leaves a waiting post to people: it keeps its time, says why it does not go on by itself, and they are told, once. Another picture, or a later
 * approval, lets it go on.
 */
export async function giveUp(tx: Tx, targets: readonly TargetWithContent[], message: string): Promise<void> {
  const failure = { failureCode: "NO_PICTURE", failureMessage: message, failureRetryable: true };
  for (const target of targets) {
    const where = { status: "AWAITING_IMAGES", failureCode: null } as const;
    if (!(await noteOnTarget(tx, { target, where, data: failure }))) continue;
    const { workspaceId, postId, id, statusVersion } = target;
    await recordNotices(tx, [
      {
        ...{ workspaceId, kind: "POST_AT_RISK", entityId: postId, groupKey: postId },
        cause: { id, version: statusVersion + 1 },
      },
    ]);
  }
}
