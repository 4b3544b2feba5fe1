import type { Clock } from "../infra/clock.ts";
import type { Db, Transact, Tx } from "../infra/db.ts";
import { recordEvents } from "../infra/events.ts";
import { tellFollowers } from "../social-accounts/account-state.ts";
import { dueWithinHorizon } from "../social-accounts/target-risk.ts";
import { moveTarget, postTopic } from "./target-status.ts";

const batchSize = 100;

/** Nothing of these has left. */
const unsent = ["SCHEDULED", "AWAITING_APPROVAL", "AWAITING_IMAGES"] as const;

/** What following touches. */
export interface FollowServices {
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
}

/**
 * Follows an account whose state changed. Of a disconnected one everything that waits is cancelled, with the reason, and what is
 * being sent at this moment is asked to stop: its outcome decides. For every other change those who watch posts hear that the
 * risk of what comes due soon is another one. Safe to run twice: the rows decide.
 */
export async function followAccount(services: FollowServices, socialAccountId: string): Promise<void> {
  const { db } = services;
  const account = await db.socialAccount.findUnique({
    where: { id: socialAccountId },
    select: { state: true, handle: true },
  });
  if (account === null) return;
  if (account.state === "DISCONNECTED") await cancelTargets(services, socialAccountId, account.handle);
  else await tellOfRisk(services, socialAccountId);
}

async function cancelTargets({ db, transact }: FollowServices, socialAccountId: string, handle: string): Promise<void> {
  for (;;) {
    const waiting = await db.postTarget.findMany({
      where: {
        socialAccountId,
        OR: [{ status: { in: [...unsent] } }, { status: "PUBLISHING", cancelRequested: false }],
      },
      select: { id: true, postId: true },
      orderBy: { id: "asc" },
      take: batchSize,
    });
    for (const { id, postId } of waiting)
      await transact((tx) => cancelTarget(tx, { id, postId, socialAccountId, handle }));
    if (waiting.length < batchSize) return;
  }
}

interface TargetOfAccount {
  readonly id: string;
  readonly postId: string;
  readonly socialAccountId: string;
  readonly handle: string;
}

async function cancelTarget(tx: Tx, { id, postId, socialAccountId, handle }: TargetOfAccount): Promise<void> {
  // Writers lock the post first, then its targets.
  await tx.$queryRaw`select 1 from post where id = ${postId}::uuid for update`;
  await tx.$queryRaw`select 1 from post_target where id = ${id}::uuid for update`;
  const target = await tx.postTarget.findFirst({
    // Connected again meanwhile, it keeps what is scheduled.
    where: { id, socialAccountId, socialAccount: { state: "DISCONNECTED" } },
    select: { id: true, postId: true, workspaceId: true, status: true, fence: true },
  });
  if (target === null) return;
  if (target.status === "PUBLISHING") {
    await tx.postTarget.update({ where: { id }, data: { cancelRequested: true } });
    return;
  }
  if (!unsent.some((status) => status === target.status)) return;
  const message = `The account ${handle} was disconnected before this was due. Connect it again and schedule it anew, or choose another account.`;
  const failure = { failureCode: "ACCOUNT_DISCONNECTED", failureMessage: message, failureRetryable: true };
  await moveTarget(tx, { target, to: "CANCELLED", data: { ...failure, dueAt: null } });
}

async function tellOfRisk({ transact, clock }: FollowServices, socialAccountId: string): Promise<void> {
  await transact(async (tx) => {
    const soon = await tx.postTarget.findMany({
      where: { socialAccountId, ...dueWithinHorizon(clock.now()) },
      select: { postId: true, workspaceId: true, statusVersion: true },
      orderBy: { scheduledAt: "asc" },
      take: 1_000,
    });
    await recordEvents(
      tx,
      soon.map(({ postId: entityId, workspaceId, statusVersion: version }) => ({
        ...({ workspaceId, topic: postTopic, entityId, kind: "UPDATED", version } as const),
      })),
    );
  });
}

/**
 * Finds disconnected accounts for which something still waits, because their job was lost or something was scheduled at the very
 * moment, and wakes those who follow them. Answers how many.
 */
export async function sweepDisconnected({ db, transact }: FollowServices): Promise<number> {
  const left = await db.socialAccount.findMany({
    where: { state: "DISCONNECTED", targets: { some: { status: { in: [...unsent] } } } },
    select: { id: true },
    orderBy: { id: "asc" },
    take: batchSize,
  });
  if (left.length > 0) {
    await transact(async (tx) => {
      for (const { id } of left) await tellFollowers(tx, id);
    });
  }
  return left.length;
}
