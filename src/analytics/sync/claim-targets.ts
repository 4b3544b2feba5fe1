import { z } from "zod";
import type { SocialAccount } from "../../generated/prisma/client.ts";
import { addMilliseconds, type Clock } from "../../infra/clock.ts";
import type { Db } from "../../infra/db.ts";
import { platformNamed } from "../../platforms/registry.ts";
import { type MetricValues, metricValues } from "../metric-values.ts";

/** Asking is given up after this, in milliseconds; a platform that does not heed it is left behind soon after. */
export const askLimits = { deadline: 45_000, patience: 1_000 };

/** How long rows are held: renewing access, asking and writing down fit in. A dead process's rows are free after this. */
const leaseDuration = 120_000;

/** Rows at a time of a platform that counts nothing. */
const defaultBatch = 50;

/** A target that this process measures, as it was when claimed. */
export interface ClaimedTarget {
  readonly targetId: string;
  readonly fence: number;
  readonly postId: string;
  readonly workspaceId: string;
  readonly externalId: string | null;
  readonly publishedAt: Date;
  /** The last number known of each metric. */
  readonly values: MetricValues;
  readonly flat: number;
  readonly failures: number;
  /** Somebody asked since the last look, and waits for the answer. */
  readonly asked: boolean;
  /** Nothing was ever read of it. */
  readonly isFirst: boolean;
}

/** Targets of one account, due and held by this process alone, those first whose numbers are worth most. */
export interface ClaimedTargets {
  readonly account: SocialAccount;
  readonly targets: readonly ClaimedTarget[];
}

/** As the claim orders them: what somebody waits for, what was never read, the youngest. */
const byWorth = (one: ClaimedTarget, other: ClaimedTarget): number =>
  Number(other.asked) - Number(one.asked) ||
  Number(other.isFirst) - Number(one.isFirst) ||
  other.publishedAt.getTime() - one.publishedAt.getTime();

const claimedRows = z.array(z.object({ targetId: z.string(), fence: z.number() }));

/**
 * Takes the due targets of an account, as many as its platform answers at once, those first whose numbers are worth most should there not
 * be reads for all: what somebody waits for, then what was never read, then the youngest posts, which move most. Null when nothing is due,
 * or others have it.
 */
export async function claimTargets(
  { db, clock }: { readonly db: Db; readonly clock: Clock },
  socialAccountId: string,
): Promise<ClaimedTargets | null> {
  const account = await db.socialAccount.findUnique({ where: { id: socialAccountId } });
  if (account === null) return null;
  const now = clock.now();
  const batch = platformNamed(account.platform).measuring?.batch ?? defaultBatch;
  const rows = await db.$queryRaw`
    update target_metrics set lease_until = ${addMilliseconds(now, leaseDuration)}, fence = fence + 1
    where target_id in (
      select due.target_id from target_metrics as due join post_target as target on target.id = due.target_id
      where due.social_account_id = ${socialAccountId}::uuid and due.next_sync_at <= ${now}
        and (due.lease_until is null or due.lease_until <= ${now})
      order by due.requested_at > coalesce(due.synced_at, '-infinity') desc nulls last, due.synced_at is null desc,
        target.published_at desc, due.target_id
      limit ${batch} for update of due skip locked
    )
    returning target_id as "targetId", fence`;
  const claimed = new Map(claimedRows.parse(rows).map(({ targetId, fence }) => [targetId, fence]));
  if (claimed.size === 0) return null;
  const found = await db.targetMetrics.findMany({
    where: { targetId: { in: [...claimed.keys()] } },
    include: { target: { select: { postId: true, externalId: true, publishedAt: true } } },
    orderBy: { targetId: "asc" },
  });
  const targets = found.map((row): ClaimedTarget => {
    const { targetId, workspaceId, flat, failures, requestedAt, syncedAt, target } = row;
    return {
      ...{ targetId, workspaceId, flat, failures, fence: claimed.get(targetId) ?? 0 },
      ...{ postId: target.postId, externalId: target.externalId, publishedAt: target.publishedAt ?? now },
      values: metricValues.parse(row.values),
      ...{ asked: requestedAt !== null && (syncedAt === null || syncedAt < requestedAt), isFirst: syncedAt === null },
    };
  });
  return { account, targets: targets.toSorted(byWorth) };
}
