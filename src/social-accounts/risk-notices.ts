/** Telling people of scheduled posts that will not go out as their accounts are. */
import { v5 as nameKey } from "uuid";
import type { PostTarget, SocialAccount } from "../generated/prisma/client.ts";
import type { Clock } from "../infra/clock.ts";
import type { Db, Transact, Tx } from "../infra/db.ts";
import { type NewNotice, recordNotices } from "../infra/notices.ts";
import { dueWithinHorizon, type TargetRisk, targetRisk } from "./target-risk.ts";

const batchSize = 100;

/** The states whose posts may be at risk, other than those that are cancelled. */
const riskyStates = ["NEEDS_RECONNECT", "PAUSED", "EXPIRING"] as const;

/** The account whose posts are looked at. */
type RiskyAccount = Pick<SocialAccount, "id" | "handle" | "state" | "expiresAt" | "lastError" | "pausedAt">;

/**
 * Records what is to be told of an account's posts of the next 48 hours that are at risk; answers how many those are. Each post is
 * told of once for the same reason, however often this runs. Whoever brought it about (`actorId`) is not told.
 */
export async function recordRisks(
  tx: Tx,
  account: RiskyAccount,
  { now, actorId }: { readonly now: Date; readonly actorId?: string },
): Promise<number> {
  const soon = await tx.postTarget.findMany({
    where: { socialAccountId: account.id, ...dueWithinHorizon(now) },
    select: { id: true, postId: true, workspaceId: true, status: true, scheduledAt: true, statusVersion: true },
  });
  const notices = soon.flatMap((target): NewNotice[] => {
    const risk = targetRisk({ ...target, socialAccount: account }, now);
    if (risk === null) return [];
    const { workspaceId, postId } = target;
    const cause = causeOf(risk, target, account);
    const about = { workspaceId, kind: "POST_AT_RISK", entityId: postId, groupKey: postId, cause } as const;
    return [{ ...about, ...(actorId !== undefined && { actorId }) }];
  });
  await recordNotices(tx, notices);
  return notices.length;
}

/** Names the reason: another pause, or another end of access, is another reason for the same post. */
function causeOf(
  { code }: TargetRisk,
  target: Pick<PostTarget, "id" | "statusVersion">,
  { pausedAt, expiresAt }: RiskyAccount,
): NewNotice["cause"] {
  // A version is a number of 32 bits, which holds minutes since 1970.
  const minutes = (at: Date | null) => Math.floor((at?.getTime() ?? 0) / 60_000);
  switch (code) {
    case "ACCOUNT_PAUSED":
      return { id: nameKey(code, target.id), version: minutes(pausedAt) };
    case "ACCESS_ENDS_BEFORE":
      return { id: nameKey(code, target.id), version: minutes(expiresAt) };
    case "ACCOUNT_NEEDS_RECONNECT":
    case "ACCOUNT_DISCONNECTED":
      return { id: target.id, version: target.statusVersion };
  }
}

/** What sweeping touches. */
export interface RiskServices {
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
}

/** Tells of posts that have come within 48 hours while their account was not well already. Answers how many are at risk. */
export async function sweepRisks({ db, transact, clock }: RiskServices): Promise<number> {
  const now = clock.now();
  let found = 0;
  for (let after: string | undefined; ; ) {
    const accounts = await db.socialAccount.findMany({
      where: {
        ...{ state: { in: [...riskyStates] }, targets: { some: dueWithinHorizon(now) } },
        ...(after !== undefined && { id: { gt: after } }),
      },
      orderBy: { id: "asc" },
      take: batchSize,
    });
    for (const account of accounts) found += await transact((tx) => recordRisks(tx, account, { now }));
    after = accounts.at(-1)?.id;
    if (accounts.length < batchSize) return found;
  }
}
