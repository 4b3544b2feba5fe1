import type { PublishAttempt } from "../generated/prisma/client.ts";
import { addMilliseconds, type Clock } from "../infra/clock.ts";
import type { Transact, Tx } from "../infra/db.ts";
import type { Platform } from "../platforms/platform.ts";
import { contentIssues } from "../posts/check-content.ts";
import { contentHash } from "../posts/post-content.ts";
import { heldBackImages } from "../posts/review-gate.ts";
import { moveTarget } from "../posts/target-status.ts";
import { type TargetToPublish, targetToPublish } from "./publish-request.ts";

/** A send is cut off after this, in milliseconds. */
export const sendDeadline = 15_000;

/** Time to write down how a send ended, beyond its deadline, before the sweep takes the target for abandoned. */
const settleMargin = 5_000;

/** A wake-up may be early by clock skew between this process and the database, in milliseconds. */
export const earliness = 1_000;

/** What a wake-up is to do with a target. */
export type Claim =
  | { readonly kind: "send" | "reconcile"; readonly target: TargetToPublish; readonly attempt: PublishAttempt }
  | { readonly kind: "nothing" };

const nothing: Claim = { kind: "nothing" };

/** What claiming touches. */
export interface ClaimServices {
  readonly transact: Transact;
  readonly clock: Clock;
  readonly config: { readonly PUBLISH_GRACE_MINUTES: number; readonly PUBLIC_URL: string };
  readonly platforms: ReadonlyMap<string, Platform>;
}

/**
 * Takes what is due of a target. For a send: every precondition is checked once more and the attempt stands SENDING, durably,
 * before anybody opens a socket. For an abandoned or unclear send past its settle time: its look-up.
 */
export async function claimTarget(services: ClaimServices, targetId: string): Promise<Claim> {
  const { transact, clock, config, platforms } = services;
  return transact(async (tx) => {
    // The ledger must survive a power cut, whatever the database's default says.
    await tx.$executeRaw`set local synchronous_commit = on`;
    await tx.$queryRaw`select 1 from post_target where id = ${targetId}::uuid for update`;
    const target = await tx.postTarget.findUnique({ where: { id: targetId }, include: targetToPublish });
    const now = clock.now();
    if (target?.status === "PUBLISHING") return claimReconcile(tx, target, now);
    if (target?.status !== "SCHEDULED" || target.dueAt === null) return nothing;
    if (target.dueAt > addMilliseconds(now, earliness)) return nothing;
    if (target.cancelRequested) return end(tx, target, "CANCELLED", null);
    // I-22 counts from the time people chose: waiting for a platform, or for its answer, does not stretch the grace.
    const wanted = target.scheduledAt ?? target.dueAt;
    if (wanted < addMilliseconds(now, -config.PUBLISH_GRACE_MINUTES * 60_000)) {
      const late = `It was due at ${wanted.toISOString()} and could not be sent within ${config.PUBLISH_GRACE_MINUTES} minutes. Schedule it again or let it be.`;
      return end(tx, target, "MISSED", { code: "MISSED", message: late });
    }
    const platform = platforms.get(target.socialAccount.platform);
    if (platform === undefined) return end(tx, target, "FAILED", platformGone(target));
    const obstacle = findObstacle(services, target);
    if (obstacle !== null) return end(tx, target, "FAILED", obstacle);
    return claimSend(tx, target, { now, settleWindow: platform.settleWindow });
  });
}

async function claimSend(
  tx: Tx,
  target: TargetToPublish,
  { now, settleWindow }: { readonly now: Date; readonly settleWindow: number },
): Promise<Claim> {
  const fence = target.fence + 1;
  const leaseUntil = addMilliseconds(now, sendDeadline + settleMargin);
  if (!(await moveTarget(tx, { target, to: "PUBLISHING", data: { fence, leaseUntil } }))) return nothing;
  const attempt = await tx.publishAttempt.create({
    data: {
      ...{ targetId: target.id, number: (target.attempts[0]?.number ?? 0) + 1, fence, state: "SENDING", sentAt: now },
      ...{ contentHash: contentHash(target), settleAfter: addMilliseconds(now, sendDeadline + settleWindow) },
    },
  });
  return { kind: "send", target: { ...target, status: "PUBLISHING", fence, leaseUntil }, attempt };
}

/** A target that is PUBLISHING under a lease that ran out: nobody waits for the answer any more, so it is looked up. */
async function claimReconcile(tx: Tx, target: TargetToPublish, now: Date): Promise<Claim> {
  const attempt = target.attempts[0];
  if (attempt === undefined || (target.leaseUntil !== null && target.leaseUntil > now)) return nothing;
  const settleAfter = attempt.settleAfter ?? now;
  const fence = target.fence + 1;
  const waits = settleAfter > now;
  const leaseUntil = waits ? settleAfter : addMilliseconds(now, sendDeadline + settleMargin);
  if (!(await moveTarget(tx, { target, to: "PUBLISHING", data: { fence, leaseUntil } }))) return nothing;
  const ambiguous = { state: "AMBIGUOUS", fence, outcome: "ambiguous" } as const;
  const message = attempt.message ?? "The process that sent it died before the answer was written down.";
  await tx.publishAttempt.update({ where: { id: attempt.id }, data: { ...ambiguous, message } });
  if (waits) return nothing;
  return {
    kind: "reconcile",
    target: { ...target, fence, leaseUntil },
    attempt: { ...attempt, ...ambiguous, message },
  };
}

interface Obstacle {
  readonly code: string;
  readonly message: string;
}

const platformGone = ({ socialAccount: { platform } }: TargetToPublish): Obstacle => ({
  code: "PLATFORM_GONE",
  message: `The platform "${platform}" is no longer part of this server. Publish to another account.`,
});

/** Why a due target must not be sent after all: something changed since it was scheduled (R-1, I-12, I-13). */
function findObstacle(services: ClaimServices, target: TargetToPublish): Obstacle | null {
  if (heldBackImages(target.post).length > 0) {
    return {
      code: "IMAGE_NOT_APPROVED",
      message: "A picture of the post is no longer approved. Approve it or take it out, then schedule again.",
    };
  }
  const [issue] = contentIssues(services, target);
  if (issue !== undefined) return { code: issue.code, message: issue.message };
  if (target.contentHash !== contentHash(target)) {
    return {
      code: "CONTENT_CHANGED",
      message: "The post is no longer what was scheduled. Look at it and schedule it again.",
    };
  }
  return null;
}

async function end(
  tx: Tx,
  target: TargetToPublish,
  to: "FAILED" | "MISSED" | "CANCELLED",
  why: Obstacle | null,
): Promise<Claim> {
  const failure = {
    failureCode: why?.code ?? null,
    failureMessage: why?.message ?? null,
    failureRetryable: why === null ? null : true,
  };
  await moveTarget(tx, { target, to, data: { ...failure, dueAt: null } });
  return nothing;
}
