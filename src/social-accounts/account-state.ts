/**
 * The life of a social account. Every change goes through `changeAccount`.
 *
 *   ACTIVE ⇄ EXPIRING ─▶ NEEDS_RECONNECT ─▶ (connected again) ─▶ ACTIVE
 *
 * EXPIRING still publishes: its access ends soon and renewing it failed, or cannot be done. Only a platform that says "no longer"
 * makes NEEDS_RECONNECT; trouble on the way never does. PAUSED is somebody's wish and is remembered in `paused_at`, so that
 * connecting again does not undo it. DISCONNECTED keeps the row, because posts point at it; connecting again revives it.
 */
import type { Prisma } from "../generated/prisma/client.ts";
import type { SocialAccountState } from "../generated/prisma/enums.ts";
import { recordAudit } from "../infra/audit.ts";
import type { Tx } from "../infra/db.ts";
import { recordEvents } from "../infra/events.ts";
import { enqueue } from "../infra/jobs.ts";
import { recordNotices } from "../infra/notices.ts";
import { followAccountJob } from "./jobs.ts";
import { recordRisks } from "./risk-notices.ts";

/** The event topic of social accounts. */
export const socialAccountTopic = "social-account";

/** Accounts in these states are published to. */
export const publishableStates = ["ACTIVE", "EXPIRING"] as const satisfies readonly SocialAccountState[];

/** Accounts in these states have access that is kept alive. */
export const connectedStates = ["ACTIVE", "EXPIRING", "PAUSED"] as const satisfies readonly SocialAccountState[];

/** The state of an account that lets us in. */
export const healthyState = ({ pausedAt }: { readonly pausedAt: Date | null }): SocialAccountState =>
  pausedAt === null ? "ACTIVE" : "PAUSED";

/** A change: which row, as it must still be, and what becomes of it. */
export interface AccountChange {
  readonly id: string;
  /** What else must hold, such as a fence. */
  readonly where?: Prisma.SocialAccountWhereInput;
  readonly data: Prisma.SocialAccountUncheckedUpdateManyInput;
}

/**
 * Changes an account and records its event, in the caller's transaction; when its state is named, whoever has plans for it is told
 * by a job. Answers false, and changes nothing, when the row is no longer as it must be.
 */
export async function changeAccount(tx: Tx, { id, where = {}, data }: AccountChange): Promise<boolean> {
  const [changed] = await tx.socialAccount.updateManyAndReturn({
    where: { AND: [{ id }, where] },
    data: { ...data, statusVersion: { increment: 1 } },
    select: { workspaceId: true, statusVersion: true },
  });
  if (changed === undefined) return false;
  const { workspaceId, statusVersion: version } = changed;
  await recordEvents(tx, [{ workspaceId, topic: socialAccountTopic, entityId: id, kind: "UPDATED", version }]);
  if (data.state !== undefined) await tellFollowers(tx, id);
  return true;
}

/** Tells those who have plans for an account that its state changed. */
export async function tellFollowers(tx: Tx, socialAccountId: string): Promise<void> {
  await enqueue(tx, followAccountJob, [{ payload: { socialAccountId }, key: `follow-account:${socialAccountId}` }]);
}

/** That a platform no longer lets us in. */
export interface LostAccess {
  readonly socialAccountId: string;
  /** What the platform said, for people. */
  readonly message: string;
  readonly now: Date;
  /** The account's fence when the credentials were read that were refused: later ones are not blamed for it. */
  readonly credentialsFence?: number;
}

/**
 * Writes down that an account must be connected again: state, event, audit entry, and a job for those who have plans for it.
 * Answers false when other credentials were stored meanwhile, or when it is known already.
 */
export async function needReconnect(
  tx: Tx,
  { socialAccountId: id, message, now, credentialsFence }: LostAccess,
): Promise<boolean> {
  const changed = await changeAccount(tx, {
    id,
    where: { state: { in: [...connectedStates] }, ...(credentialsFence !== undefined && { credentialsFence }) },
    data: {
      ...{ state: "NEEDS_RECONNECT", lastError: message, lastErrorAt: now },
      ...{ refreshAt: null, refreshLeaseUntil: null, refreshFailures: 0 },
    },
  });
  if (!changed) return false;
  const account = await tx.socialAccount.findUniqueOrThrow({ where: { id } });
  const { workspaceId, platform, handle } = account;
  const cause = { id, version: account.statusVersion };
  await recordNotices(tx, [{ workspaceId, kind: "ACCOUNT_NEEDS_RECONNECT", entityId: id, groupKey: id, cause }]);
  const targetsAtRisk = await recordRisks(tx, account, { now });
  await recordAudit(tx, {
    ...{ action: "SOCIAL_ACCOUNT_NEEDS_RECONNECT", at: now, userId: null, workspaceId },
    origin: { address: null, device: null },
    details: { socialAccountId: id, platform, handle, targetsAtRisk },
  });
  return true;
}
