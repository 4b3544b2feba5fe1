import type { Tx } from "../infra/db.ts";
import { recordNotices } from "../infra/notices.ts";
import type { TargetToPublish } from "./publish-request.ts";

/**
 * Tells that a platform no longer accepts an account's credentials, and which posts wait to be sent with it. Call it before the
 * account is marked: once it is, nothing new is told.
 */
export async function tellOfLostAccount(tx: Tx, target: TargetToPublish): Promise<void> {
  const { id, workspaceId, socialAccountId, statusVersion, socialAccount } = target;
  if (socialAccount.state === "NEEDS_RECONNECT") return;
  const waiting = await tx.postTarget.findMany({
    where: { socialAccountId, status: "SCHEDULED" },
    select: { id: true, postId: true, statusVersion: true },
  });
  const lost = { kind: "ACCOUNT_NEEDS_RECONNECT" as const, entityId: socialAccountId, groupKey: socialAccountId };
  await recordNotices(tx, [
    { workspaceId, ...lost, cause: { id, version: statusVersion } },
    ...waiting.map((other) => ({
      ...{ workspaceId, kind: "POST_AT_RISK" as const, entityId: other.postId, groupKey: other.postId },
      cause: { id: other.id, version: other.statusVersion },
    })),
  ]);
}
