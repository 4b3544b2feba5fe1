import type { Prisma, PublishAttempt } from "../generated/prisma/client.ts";
import type { PostTargetStatus } from "../generated/prisma/enums.ts";
import { addMilliseconds, type Clock } from "../infra/clock.ts";
import type { Transact, Tx } from "../infra/db.ts";
import type { PublishOutcome, ReconcileOutcome } from "../platforms/platform.ts";
import { platformNamed } from "../platforms/registry.ts";
import { wakeTargets, wakeUpHorizon } from "../posts/schedule-targets.ts";
import { moveTarget } from "../posts/target-status.ts";
import type { TargetToPublish } from "./publish-request.ts";

/** A definite refusal that may pass is tried this often before a person is asked. */
const maxAttempts = 5;

/** Between two look-ups of one unclear send, in milliseconds. */
const lookUpPause = 30_000;

/** What an outcome means for the attempt, the target and the account. */
interface Settlement {
  readonly attempt: Prisma.PublishAttemptUncheckedUpdateManyInput;
  readonly to: PostTargetStatus;
  readonly target: Prisma.PostTargetUncheckedUpdateManyInput;
  readonly account?: Prisma.SocialAccountUncheckedUpdateInput;
}

/**
 * Writes how a send or a look-up ended: attempt, target, account, event and the next wake-up in one transaction. Answers
 * false when the claim was lost meanwhile; then only the attempt keeps what was heard, as evidence.
 */
export async function settleAttempt(
  { transact, clock }: { transact: Transact; clock: Clock },
  { target, attempt }: { readonly target: TargetToPublish; readonly attempt: PublishAttempt },
  outcome: PublishOutcome | ReconcileOutcome,
): Promise<boolean> {
  const now = clock.now();
  return transact(async (tx) => {
    await tx.$executeRaw`set local synchronous_commit = on`;
    const current = await tx.postTarget.findUniqueOrThrow({
      where: { id: target.id },
      select: { cancelRequested: true },
    });
    const settlement = interpret(outcome, { target, attempt, now, cancelRequested: current.cancelRequested });
    const moved = await moveTarget(tx, { target, to: settlement.to, data: settlement.target });
    const evidence = { answeredAt: now, outcome: outcome.kind, ...settlement.attempt };
    // Without the claim the state of the attempt belongs to whoever took over; what we heard is kept all the same.
    const { state: _state, ...heard } = evidence;
    await tx.publishAttempt.updateMany({
      where: moved ? { id: attempt.id, fence: target.fence } : { id: attempt.id },
      data: moved ? evidence : heard,
    });
    if (moved) await follow(tx, target, settlement, now);
    return moved;
  });
}

async function follow(
  tx: Tx,
  target: TargetToPublish,
  { account, target: data, to }: Settlement,
  now: Date,
): Promise<void> {
  if (account !== undefined) await tx.socialAccount.update({ where: { id: target.socialAccountId }, data: account });
  const wakeAt = to === "SCHEDULED" ? data.dueAt : to === "PUBLISHING" ? data.leaseUntil : null;
  if (wakeAt instanceof Date && wakeAt <= addMilliseconds(now, wakeUpHorizon)) await wakeTargets(tx, [target], wakeAt);
}

interface Situation {
  readonly target: TargetToPublish;
  readonly attempt: PublishAttempt;
  readonly now: Date;
  readonly cancelRequested: boolean;
}

/** The one place that says what each outcome means. */
function interpret(outcome: PublishOutcome | ReconcileOutcome, situation: Situation): Settlement {
  const { now, attempt } = situation;
  switch (outcome.kind) {
    case "published":
    case "present": {
      const { externalId, permalink } = outcome;
      return {
        attempt: { state: outcome.kind === "published" ? "ACCEPTED" : "RECONCILED_PRESENT", externalId },
        to: "PUBLISHED",
        target: { ...noFailure, externalId, permalink, publishedAt: now, leaseUntil: null, dueAt: null },
        account: { lastSuccessAt: now, lastError: null },
      };
    }
    case "submitted": {
      const { externalId } = outcome;
      return {
        attempt: { state: "ACCEPTED", externalId },
        to: "SUBMITTED",
        target: { externalId, leaseUntil: null, dueAt: null },
      };
    }
    case "refused":
      return failed({ state: "REFUSED" }, outcome.code, outcome.message, false);
    case "unauthorized":
      return {
        ...failed({ state: "REFUSED" }, "UNAUTHORIZED", outcome.message, true),
        account: { state: "NEEDS_RECONNECT", lastError: outcome.message },
      };
    case "rate-limited":
      return later(situation, outcome.message, outcome.retryAt);
    case "unavailable":
      return later(situation, outcome.message, null);
    case "ambiguous": {
      // It stays with the target, leased until it may be looked up (again); nothing is sent meanwhile.
      const { settleAfter } = attempt;
      const leaseUntil = settleAfter !== null && settleAfter > now ? settleAfter : addMilliseconds(now, lookUpPause);
      return { attempt: { state: "AMBIGUOUS", message: outcome.message }, to: "PUBLISHING", target: { leaseUntil } };
    }
    case "absent":
      return absent(situation);
    case "unknown":
      return unresolved(outcome.message);
  }
}

const noFailure = { failureCode: null, failureMessage: null, failureRetryable: null };

function failed(
  attempt: Settlement["attempt"],
  failureCode: string,
  failureMessage: string,
  failureRetryable: boolean,
): Settlement {
  return {
    attempt: { ...attempt, code: failureCode, message: failureMessage },
    to: "FAILED",
    target: { failureCode, failureMessage, failureRetryable, leaseUntil: null, dueAt: null },
  };
}

/** A definite refusal that may pass: cancelled if somebody asked for it, else tried again, at most so often. */
function later({ attempt, now, cancelRequested }: Situation, message: string, retryAt: Date | null): Settlement {
  if (cancelRequested)
    return { attempt: { state: "REFUSED", message }, to: "CANCELLED", target: { leaseUntil: null, dueAt: null } };
  if (attempt.number >= maxAttempts) return failed({ state: "REFUSED" }, "UNAVAILABLE", message, true);
  const dueAt = retryAt ?? addMilliseconds(now, 30_000 * 2 ** (attempt.number - 1));
  return { attempt: { state: "REFUSED", message }, to: "SCHEDULED", target: { dueAt, leaseUntil: null } };
}

/** Proven not to be there: a keyed platform may be asked again with the same key; for all others a person decides. */
function absent({ target, attempt, now, cancelRequested }: Situation): Settlement {
  if (platformNamed(target.socialAccount.platform).capability !== "keyed") {
    return unresolved("The platform shows no such post, but its list is no proof. Look there, then decide.");
  }
  const state = "RECONCILED_ABSENT";
  if (cancelRequested) return { attempt: { state }, to: "CANCELLED", target: { leaseUntil: null, dueAt: null } };
  if (attempt.number >= maxAttempts)
    return failed({ state }, "UNAVAILABLE", "Every attempt was interrupted before it arrived.", true);
  return { attempt: { state }, to: "SCHEDULED", target: { dueAt: now, leaseUntil: null } };
}

function unresolved(message: string): Settlement {
  const failure = { failureCode: "UNKNOWN", failureMessage: message, failureRetryable: false };
  return {
    attempt: { state: "UNRESOLVED", message },
    to: "UNKNOWN",
    target: { ...failure, leaseUntil: null, dueAt: null },
  };
}
