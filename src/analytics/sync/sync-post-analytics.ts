import { z } from "zod";
import { addMilliseconds, type Clock } from "../../infra/clock.ts";
import type { Transact, Tx } from "../../infra/db.ts";
import { ConflictError, NotFoundError } from "../../infra/errors.ts";
import type { Platform } from "../../platforms/platform.ts";
import { type Actor, requireMember } from "../../workspaces/require-member.ts";
import { SyncTooSoonError } from "../errors.ts";
import { manualGap } from "./sync-plan.ts";
import { wakeAccounts } from "./wake-accounts.ts";

/** What asking for numbers touches. */
interface SyncServices {
  readonly transact: Transact;
  readonly clock: Clock;
  readonly platforms: ReadonlyMap<string, Platform>;
}

/**
 * Has a worker read a post's numbers now; answers at once, and the post's event tells when they are there. Targets that were read or asked
 * for within five minutes, or whose platform wants quiet, are left out. Throws a `SyncTooSoonError` when that holds for all of them, a
 * `ConflictError` when none is out on a platform that counts, a `NotFoundError` for a post one cannot see.
 */
export async function syncPostAnalytics(
  { transact, clock, platforms }: SyncServices,
  viewer: Actor,
  { postId }: { readonly postId: string },
): Promise<void> {
  const now = clock.now();
  await transact(async (tx) => {
    const post = await tx.post.findUnique({ where: { id: postId }, select: { workspaceId: true } });
    if (post === null) throw new NotFoundError("post");
    const { workspaceId } = post;
    await requireMember(tx, viewer, { workspaceId, permission: "analytics:sync", what: "post" });
    const found = await lockTargets(tx, postId);
    const counted = found.filter(({ platform }) => platforms.get(platform)?.measure !== undefined);
    if (counted.length === 0) {
      throw new ConflictError(
        "No target of this post is out on a platform that counts, so there are no numbers to read.",
      );
    }
    const open = counted.filter((target) => openAt(target) <= now);
    if (open.length === 0) {
      throw tooSoon(counted, now);
    }
    await tx.targetMetrics.updateMany({
      where: { targetId: { in: open.map(({ targetId }) => targetId) } },
      data: { requestedAt: now, nextSyncAt: now },
    });
    await wakeAccounts(tx, [...new Set(open.map(({ socialAccountId }) => socialAccountId))]);
  });
}

const lockedTargets = z.array(
  z.object({
    ...{ targetId: z.string(), socialAccountId: z.string(), platform: z.string() },
    ...{ syncedAt: z.date().nullable(), requestedAt: z.date().nullable(), quietUntil: z.date().nullable() },
    lastError: z.string().nullable(),
  }),
);
type LockedTarget = z.output<typeof lockedTargets>[number];

async function lockTargets(tx: Tx, postId: string): Promise<LockedTarget[]> {
  const rows = await tx.$queryRaw`
    select known.target_id as "targetId", known.social_account_id as "socialAccountId", account.platform,
      known.synced_at as "syncedAt", known.requested_at as "requestedAt", known.quiet_until as "quietUntil",
      known.last_error as "lastError"
    from target_metrics as known
    join post_target as target on target.id = known.target_id
    join social_account as account on account.id = known.social_account_id
    where target.post_id = ${postId}::uuid and target.status = 'PUBLISHED'
    order by known.target_id for update of known`;
  return lockedTargets.parse(rows);
}

/** When a target may be asked for. */
function openAt({ syncedAt, requestedAt, quietUntil }: LockedTarget): Date {
  const moments = [
    ...[syncedAt, requestedAt].flatMap((at) => (at === null ? [] : [addMilliseconds(at, manualGap)])),
    ...(quietUntil === null ? [] : [quietUntil]),
  ];
  return new Date(Math.max(0, ...moments.map((moment) => moment.getTime())));
}

/** When the first of some targets may be asked for, and why not now. */
function tooSoon(targets: readonly LockedTarget[], now: Date): SyncTooSoonError {
  const [first] = targets.toSorted((one, other) => openAt(one).getTime() - openAt(other).getTime());
  if (first === undefined) throw new Error("Somebody asked for no target at all.");
  const isQuiet = first.quietUntil !== null && first.quietUntil > now;
  const why = first.lastError ?? "The platform wants quiet, or this server's budget of reads is used up.";
  return new SyncTooSoonError(openAt(first), isQuiet ? why : undefined);
}
