/** The order and pace of one account's posts. */
import { z } from "zod";
import { addMilliseconds } from "../infra/clock.ts";
import type { Tx } from "../infra/db.ts";
import type { Platform } from "../platforms/platform.ts";
import { platformNamed } from "../platforms/registry.ts";
import { wakeTargets } from "../posts/wake-targets.ts";
import type { TargetToPublish } from "./publish-request.ts";
import { earliness } from "./timing.ts";

/** Why a target waited whose account had used up something at its platform. */
const limits: readonly string[] = ["RATE_LIMITED", "QUOTA"];

/** Near this part of what an account may post, the platform itself is asked how much is left. */
const nearTheQuota = 0.8;

/** Whether a due target may go now. `behind`: an earlier one of its account is on its way, and wakes it when it ends. */
export type Turn =
  | { readonly kind: "now"; readonly readQuota: boolean }
  | { readonly kind: "behind" }
  | { readonly kind: "later"; readonly until: Date; readonly code: string; readonly message: string };

/**
 * Says whether it is a locked, due target's turn: its account is not asked to wait, no earlier post of it is still to come or
 * on its way, the platform's distance between posts is kept, and its quota not used up.
 */
export async function findTurn(
  tx: Tx,
  { target, platform, now }: { readonly target: TargetToPublish; readonly platform: Platform; readonly now: Date },
): Promise<Turn> {
  const { limitedUntil } = target.socialAccount;
  if (limitedUntil !== null && limitedUntil > now) {
    const message = `The platform takes no post of this account before ${limitedUntil.toISOString()}.`;
    return { kind: "later", until: limitedUntil, code: "RATE_LIMITED", message };
  }
  if (await isBehind(tx, target)) return { kind: "behind" };
  const { quota, spacing, label } = platformNamed(target.socialAccount.platform);
  if (quota === null && spacing === 0) return { kind: "now", readQuota: false };
  const since = addMilliseconds(now, -Math.max(quota?.window ?? 0, spacing));
  const { posts, oldest, newest } = await recentPosts(tx, target.socialAccountId, since);
  const apart = newest === null ? now : addMilliseconds(newest, spacing);
  if (apart > now) {
    const message = `Posts of one account on ${label} keep ${Math.ceil(spacing / 1_000)} s apart.`;
    return { kind: "later", until: apart, code: "SPACING", message };
  }
  if (quota === null) return { kind: "now", readQuota: false };
  if (platform.quota !== undefined) {
    // Others may post for the account as well: once it was asked to wait our own count says nothing.
    const waited = target.failureCode !== null && limits.includes(target.failureCode);
    return { kind: "now", readQuota: waited || posts >= quota.posts * nearTheQuota };
  }
  if (posts < quota.posts || oldest === null) return { kind: "now", readQuota: false };
  const message = `${label} takes ${quota.posts} posts of one account in ${quota.window / 3_600_000} hours; all of them are used.`;
  return { kind: "later", until: addMilliseconds(oldest, quota.window), code: "QUOTA", message };
}

/** What a paused queue holds is in nobody's way. */
const waiting = { status: "SCHEDULED", dueAt: { not: null } } as const;

/** An earlier post of the account is due and not out yet: it goes first, however long it has to wait. */
async function isBehind(tx: Tx, { id, socialAccountId, scheduledAt }: TargetToPublish): Promise<boolean> {
  const earlier =
    scheduledAt === null
      ? []
      : [
          { ...waiting, scheduledAt: { lt: scheduledAt } },
          { ...waiting, scheduledAt, id: { lt: id } },
        ];
  const where = { socialAccountId, id: { not: id }, OR: [{ status: "PUBLISHING" as const }, ...earlier] };
  return (await tx.postTarget.findFirst({ where, select: { id: true } })) !== null;
}

const recent = z.tuple([z.object({ posts: z.int(), oldest: z.date().nullable(), newest: z.date().nullable() })]);

/** What of an account went out, or may have, since a moment. */
async function recentPosts(tx: Tx, accountId: string, since: Date) {
  const rows = await tx.$queryRaw`
    select count(*)::int as posts, min(sent_at) as oldest, max(sent_at) as newest
    from publish_attempt join post_target on post_target.id = target_id
    where social_account_id = ${accountId}::uuid and sent_at > ${since}
      and state not in ('PREPARED', 'REFUSED', 'RECONCILED_ABSENT')`;
  return recent.parse(rows)[0];
}

/** Wakes the account's next due target, if there is one: the one before it is no longer in its way. */
export async function wakeNext(tx: Tx, { socialAccountId }: TargetToPublish, now: Date): Promise<void> {
  const next = await tx.postTarget.findFirst({
    where: { socialAccountId, status: "SCHEDULED", dueAt: { lte: addMilliseconds(now, earliness) } },
    orderBy: [{ scheduledAt: "asc" }, { id: "asc" }],
    select: { id: true },
  });
  if (next !== null) await wakeTargets(tx, [{ id: next.id, at: now }]);
}
