import type { PublishAttempt } from "../generated/prisma/client.ts";
import { addMilliseconds } from "../infra/clock.ts";
import type { Tx } from "../infra/db.ts";
import type { PublishOutcome, ReconcileOutcome } from "../platforms/publication.ts";
import { wakeUpHorizon } from "../posts/schedule-targets.ts";
import { moveTarget } from "../posts/target-status.ts";
import { wakeTargets } from "../posts/wake-targets.ts";
import { remoteAccount } from "../social-accounts/remote-account.ts";
import { type ClaimServices, earliness } from "./claim-target.ts";
import { interpretOutcome, type Settlement, type Situation } from "./interpret-outcome.ts";
import type { TargetToPublish } from "./publish-request.ts";
import { tellOfLostAccount } from "./tell-of-lost-account.ts";

/** What was claimed: the target as it was taken, and the attempt whose outcome is written. */
export interface ClaimedAttempt {
  readonly target: TargetToPublish;
  readonly attempt: PublishAttempt;
}

/**
 * Writes how a send or a look-up ended: attempt, target, account, event and the next wake-up in one transaction. Answers
 * false when the claim was lost meanwhile; then only the attempt keeps what was heard, as evidence.
 */
export async function settleAttempt(
  services: ClaimServices,
  { target, attempt }: ClaimedAttempt,
  outcome: PublishOutcome | ReconcileOutcome,
): Promise<boolean> {
  return services.transact(async (tx) => {
    await tx.$executeRaw`set local synchronous_commit = on`;
    const situation = await readSituation(tx, services, { target, attempt });
    const settlement = interpretOutcome(outcome, situation);
    const moved = await moveTarget(tx, { target, to: settlement.to, data: settlement.target });
    const evidence = { answeredAt: situation.now, outcome: outcome.kind, ...settlement.attempt };
    // Without the claim the state of the attempt belongs to whoever took over; what we heard is kept all the same.
    const { state: _state, ...heard } = evidence;
    await tx.publishAttempt.updateMany({ where: { id: attempt.id }, data: moved ? evidence : heard });
    if (moved) await follow(tx, target, settlement, situation.now);
    return moved;
  });
}

async function readSituation(
  tx: Tx,
  { clock, config, platforms }: ClaimServices,
  { target, attempt }: ClaimedAttempt,
): Promise<Situation> {
  const now = clock.now();
  const sentAt = attempt.sentAt ?? now;
  const scheduledAt = target.scheduledAt ?? sentAt;
  const current = await tx.postTarget.findUnique({ where: { id: target.id }, select: { cancelRequested: true } });
  return {
    ...{ now, sentAt, settleAfter: attempt.settleAfter ?? now },
    capability: platforms.get(target.socialAccount.platform)?.capabilityOf(remoteAccount(target.socialAccount)) ?? null,
    cancelRequested: current?.cancelRequested ?? false,
    tries: await tx.publishAttempt.count({
      where: { targetId: target.id, sentAt: { gte: addMilliseconds(scheduledAt, -earliness) } },
    }),
    latest: addMilliseconds(scheduledAt, config.PUBLISH_GRACE_MINUTES * 60_000),
  };
}

async function follow(
  tx: Tx,
  target: TargetToPublish,
  { account, target: data, to }: Settlement,
  now: Date,
): Promise<void> {
  const { id, socialAccountId } = target;
  if (account?.state === "NEEDS_RECONNECT") await tellOfLostAccount(tx, target);
  if (account !== undefined) await tx.socialAccount.update({ where: { id: socialAccountId }, data: account });
  const at = to === "SCHEDULED" ? data.dueAt : to === "PUBLISHING" ? data.leaseUntil : null;
  if (at instanceof Date && at <= addMilliseconds(now, wakeUpHorizon)) await wakeTargets(tx, [{ id, at }]);
}
