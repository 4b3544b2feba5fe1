import { v7 as uuid } from "uuid";
import { actedBy } from "../graphql/acted-by.ts";
import type { Viewer } from "../graphql/context.ts";
import { recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Tx } from "../infra/db.ts";
import { recordEvents } from "../infra/events.ts";
import type { KeyRing } from "../infra/key-ring.ts";
import type { ConnectableAccount } from "../platforms/connection.ts";
import { platformNamed } from "../platforms/registry.ts";
import { healthyState, socialAccountTopic, tellFollowers } from "./account-state.ts";
import { refreshTime } from "./refresh-time.ts";
import { sealCredentials } from "./sealed-credentials.ts";

/** What storing an account touches. */
export interface StoreServices {
  readonly secretKeys: KeyRing;
  readonly clock: Clock;
}

/**
 * Writes an account that its platform let in: a new one, or one that was connected before, which is usable again. One that
 * somebody paused stays paused. Answers its id.
 */
export async function storeAccount(
  tx: Tx,
  { secretKeys, clock }: StoreServices,
  viewer: Viewer,
  { workspaceId, platform }: { readonly workspaceId: string; readonly platform: string },
  { account, credentials, expiresAt, scopes }: ConnectableAccount,
): Promise<string> {
  const { remoteId, details, ...profile } = account;
  const where = { workspaceId_platform_remoteId: { workspaceId, platform, remoteId } };
  const now = clock.now();
  // The row must be there before its credentials are sealed, because the seal names the row.
  const { count } = await tx.socialAccount.createMany({
    data: [{ id: uuid(), workspaceId, platform, remoteId, details: { ...details }, ...profile }],
    skipDuplicates: true,
  });
  await tx.$queryRaw`
    select 1 from social_account
    where workspace_id = ${workspaceId}::uuid and platform = ${platform} and remote_id = ${remoteId} for update`;
  const before = await tx.socialAccount.findUniqueOrThrow({ where });
  const { id } = before;
  const { statusVersion: version } = await tx.socialAccount.update({
    where: { id },
    data: {
      ...{ ...profile, details: { ...details }, scopes: [...scopes], expiresAt },
      state: healthyState({ pausedAt: before.state === "DISCONNECTED" ? null : before.pausedAt }),
      ...(before.state === "DISCONNECTED" && { pausedAt: null }),
      ...{ credentials: sealCredentials(secretKeys, id, credentials), credentialsFence: { increment: 1 } },
      ...{ lastError: null, lastErrorAt: null, limitedUntil: null, lastCheckedAt: now, disconnectedAt: null },
      ...{ refreshAt: refreshTime(platformNamed(platform).refresh, { now, expiresAt }) },
      ...{ refreshLeaseUntil: null, refreshFailures: 0, statusVersion: { increment: 1 } },
    },
    select: { statusVersion: true },
  });
  const kind = count === 1 ? "CREATED" : "UPDATED";
  await recordEvents(tx, [{ workspaceId, topic: socialAccountTopic, entityId: id, kind, version }]);
  if (kind === "UPDATED") await tellFollowers(tx, id);
  await recordAudit(tx, {
    ...{ ...actedBy(viewer), action: "SOCIAL_ACCOUNT_CONNECTED", at: now, userId: viewer.userId, workspaceId },
    details: { socialAccountId: id, platform, handle: account.handle, again: kind === "UPDATED" },
  });
  return id;
}
