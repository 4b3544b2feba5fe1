import { addMilliseconds } from "../infra/clock.ts";
import type { Tx } from "../infra/db.ts";
import { enqueue } from "../infra/jobs.ts";
import { platformNamed } from "../platforms/registry.ts";
import { wakeUpHorizon } from "../posts/schedule-targets.ts";
import { moveTarget } from "../posts/target-status.ts";
import { wakeTargets } from "../posts/wake-targets.ts";
import { needReconnect } from "../social-accounts/account-state.ts";
import { remoteAccount } from "../social-accounts/remote-account.ts";
import { type ClaimedAttempt, type ClaimServices, maxCrashes } from "./claim-target.ts";
import { addEvidence, inWords } from "./evidence.ts";
import { latestStart, wantedAt } from "./find-end.ts";
import { interpretOutcome } from "./interpret-outcome.ts";
import { verifyTargetJob } from "./jobs.ts";
import type { LedgerOutcome } from "./ledger-outcome.ts";
import { lockTarget } from "./lock-target.ts";
import { wakeNext } from "./next-in-line.ts";
import type { TargetToPublish } from "./publish-request.ts";
import type { Settlement, Situation } from "./settlement.ts";
import { earliness } from "./timing.ts";

/** What settling touches. */
export interface SettleServices extends ClaimServices {
  readonly config: ClaimServices["config"] & { readonly RESEND_AFTER_LISTED_ABSENCE: readonly string[] };
}

/**
 * Writes how a step ended: attempt, target, account, event and the next wake-up in one transaction. Answers false when the claim
 * was lost meanwhile; then only the attempt keeps what was heard, as evidence.
 */
export async function settleAttempt(
  services: SettleServices,
  { target, attempt }: ClaimedAttempt,
  heard: LedgerOutcome,
): Promise<boolean> {
  return services.transact(async (tx) => {
    const current = await lockTarget(tx, target.id);
    if (current === null) return false;
    const now = services.clock.now();
    const outcome = withFreshAccess(heard, { target, current });
    await addEvidence(tx, attempt.id, { at: now, what: inWords(outcome) });
    const settlement = interpretOutcome(outcome, await readSituation(tx, services, { current, attempt, now }));
    const moved = await moveTarget(tx, { target, to: settlement.to, data: settlement.target });
    if (!moved) return false;
    // What was prepared was not answered; only a send and a look-up are.
    const answer = attempt.sentAt === null ? {} : { answeredAt: now };
    const data = { ...answer, outcome: outcome.kind, ...settlement.attempt };
    await tx.publishAttempt.update({ where: { id: attempt.id }, data });
    await follow(tx, { target, settlement, now });
    return true;
  });
}

/** Access that was renewed while we used the old one has not ended: it is tried again with the new one. */
function withFreshAccess(
  outcome: LedgerOutcome,
  { target, current }: { readonly target: TargetToPublish; readonly current: TargetToPublish },
): LedgerOutcome {
  if (outcome.kind !== "unauthorized") return outcome;
  if (current.socialAccount.credentialsFence === target.socialAccount.credentialsFence) return outcome;
  return { kind: "unavailable", message: `The access was renewed meanwhile. ${outcome.message}` };
}

async function readSituation(
  tx: Tx,
  { config, platforms }: SettleServices,
  {
    current,
    attempt,
    now,
  }: { readonly current: TargetToPublish; readonly attempt: ClaimedAttempt["attempt"]; readonly now: Date },
): Promise<Situation> {
  const { platform: name } = current.socialAccount;
  const platform = platforms.get(name);
  const wanted = wantedAt(current, now);
  const since = { gte: addMilliseconds(wanted, -earliness) };
  const others = {
    targetId: current.id,
    id: { not: attempt.id },
    OR: [{ sentAt: since }, { answeredAt: since }],
    NOT: { outcome: "postponed" },
  };
  return {
    ...{ now, sentAt: attempt.sentAt, settleAfter: attempt.settleAfter ?? now, absences: attempt.absences },
    status: current.status === "SUBMITTED" ? "SUBMITTED" : "PUBLISHING",
    capability: platform?.capabilityOf(remoteAccount(current.socialAccount)) ?? null,
    resendsAfterListedAbsence:
      config.RESEND_AFTER_LISTED_ABSENCE.includes(name) ||
      (platform !== undefined && platformNamed(name).resendsAfterListedAbsence),
    verifies: platform?.verify !== undefined,
    cancelRequested: current.cancelRequested,
    tries: 1 + (await tx.publishAttempt.count({ where: others })),
    ...{ crashes: current.crashes, maxCrashes, latest: latestStart(wanted, config) },
  };
}

async function follow(
  tx: Tx,
  {
    target,
    settlement: { account, target: data, to },
    now,
  }: { readonly target: TargetToPublish; readonly settlement: Settlement; readonly now: Date },
): Promise<void> {
  const { id, socialAccountId } = target;
  if (account !== undefined) {
    const { state, ...told } = account;
    await tx.socialAccount.update({ where: { id: socialAccountId }, data: told });
    // What somebody paused or disconnected meanwhile stays so, and what was connected anew is not blamed for the old access.
    const { credentialsFence } = target.socialAccount;
    const message = typeof told.lastError === "string" ? told.lastError : "The platform refused the access.";
    if (state === "NEEDS_RECONNECT") await needReconnect(tx, { socialAccountId, credentialsFence, message, now });
  }
  const at = to === "SCHEDULED" ? data.dueAt : data.leaseUntil;
  if (at instanceof Date && at <= addMilliseconds(now, wakeUpHorizon)) {
    await wakeTargets(tx, [{ id, at, begun: to !== "SCHEDULED" }]);
  }
  if (data.verifyAt instanceof Date) {
    await enqueue(tx, verifyTargetJob, [{ payload: { targetId: id }, runAt: data.verifyAt }]);
  }
  if (to !== "PUBLISHING" && to !== "SCHEDULED") await wakeNext(tx, target, now);
}
