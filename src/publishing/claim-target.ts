import type { PublishAttempt } from "../generated/prisma/client.ts";
import { addMilliseconds, type Clock } from "../infra/clock.ts";
import type { Transact, Tx } from "../infra/db.ts";
import { leaseEnd } from "../infra/lease.ts";
import { contentHash } from "../posts/post-content.ts";
import { wakeUpHorizon } from "../posts/schedule-targets.ts";
import { moveTarget } from "../posts/target-status.ts";
import { wakeTargets } from "../posts/wake-targets.ts";
import { remoteAccount } from "../social-accounts/remote-account.ts";
import { addEvidence } from "./evidence.ts";
import { endTarget, findEnd, latestStart, type PreconditionServices, type TargetEnd, wantedAt } from "./find-end.ts";
import { lockTarget } from "./lock-target.ts";
import { findTurn, type Turn, wakeNext } from "./next-in-line.ts";
import type { TargetToPublish } from "./publish-request.ts";
import { earliness, sendingLease } from "./timing.ts";

/** A target that takes this many processes down with it goes to a person instead of round in circles. */
export const maxCrashes = 3;

/** What was claimed: the target as it was taken, and the attempt whose outcome is to be written. */
export interface ClaimedAttempt {
  readonly target: TargetToPublish;
  readonly attempt: PublishAttempt;
}

/** What a wake-up is to do with a target. `readQuota`: the account may have used up what the platform allows. */
export type Claim =
  | ({ readonly kind: "prepare"; readonly readQuota: boolean } & ClaimedAttempt)
  | ({ readonly kind: "reconcile" } & ClaimedAttempt)
  | { readonly kind: "nothing" };

const nothing: Claim = { kind: "nothing" };

/** What claiming touches. */
export interface ClaimServices extends PreconditionServices {
  readonly transact: Transact;
  readonly clock: Clock;
}

/** A target under its lock. */
interface Locked {
  readonly services: ClaimServices;
  readonly tx: Tx;
  readonly target: TargetToPublish;
  readonly now: Date;
}

/**
 * Takes what is due of a target, under a lease and the next fence. A target that may go gets an attempt PREPARED; one
 * that a dead process left there is gone on with. A send that is unclear, or worked on by the platform, past its time is to be
 * looked up. Everything else is nothing to do.
 */
export async function claimTarget(services: ClaimServices, targetId: string): Promise<Claim> {
  return services.transact(async (tx) => {
    const target = await lockTarget(tx, targetId);
    if (target === null) return nothing;
    const locked = { services, tx, target, now: services.clock.now() };
    if (target.status === "SCHEDULED") return claimDue(locked);
    if (target.status !== "PUBLISHING" && target.status !== "SUBMITTED") return nothing;
    const [attempt] = target.attempts;
    if (attempt === undefined || (target.leaseUntil !== null && target.leaseUntil > locked.now)) return nothing;
    return attempt.state === "PREPARED" ? claimPrepared(locked, attempt) : claimLookUp(locked, attempt);
  });
}

async function claimDue(locked: Locked): Promise<Claim> {
  const { services, tx, target, now } = locked;
  if (target.dueAt === null || target.dueAt > addMilliseconds(now, earliness)) return nothing;
  if (target.inQueue && target.socialAccount.queuePausedAt !== null) return hold(locked);
  const end = findEnd(services, target, now);
  const platform = services.platforms.get(target.socialAccount.platform);
  if (end !== null || platform === undefined) return endHere(locked, end);
  const turn = await findTurn(tx, { target, platform, now });
  if (turn.kind === "behind") return nothing;
  if (turn.kind === "later") return postpone(locked, turn);
  const data = { fence: target.fence + 1, leaseUntil: leaseEnd(services.clock), preparedAt: target.preparedAt ?? now };
  if (!(await moveTarget(tx, { target, to: "PUBLISHING", data }))) return nothing;
  const attempt = await tx.publishAttempt.create({
    data: {
      ...{ targetId: target.id, number: (target.attempts[0]?.number ?? 0) + 1, fence: data.fence },
      ...{ state: "PREPARED", contentHash: contentHash(target) },
    },
  });
  return { kind: "prepare", readQuota: turn.readQuota, target: { ...target, ...data, status: "PUBLISHING" }, attempt };
}

/** Keeps what came due in a paused queue until `resumeQueue` gives it a later slot. It never gets too late, and is in nobody's way. */
async function hold({ tx, target, now }: Locked): Promise<Claim> {
  const message = `The queue of ${target.socialAccount.handle} is paused. This gets the next free slot once somebody resumes it.`;
  const reason = { failureCode: "QUEUE_PAUSED", failureMessage: message, failureRetryable: true };
  if (await moveTarget(tx, { target, to: "SCHEDULED", data: { dueAt: null, ...reason } })) {
    await wakeNext(tx, target, now);
  }
  return nothing;
}

/** Waits for a moment, with the reason, as long as that is in time; then it is MISSED (I-22). */
async function postpone(
  { services, tx, target, now }: Locked,
  { until, code, message }: Extract<Turn, { kind: "later" }>,
): Promise<Claim> {
  const late = addMilliseconds(latestStart(wantedAt(target, now), services.config), 1);
  const dueAt = until < late ? until : late;
  const reason = { failureCode: code, failureMessage: message, failureRetryable: true };
  if (!(await moveTarget(tx, { target, to: "SCHEDULED", data: { dueAt, ...reason } }))) return nothing;
  if (dueAt <= addMilliseconds(now, wakeUpHorizon)) await wakeTargets(tx, [{ id: target.id, at: dueAt }]);
  return nothing;
}

/** Goes on with the reversible steps: the platform asked for time, or the process that made them is gone. */
async function claimPrepared(locked: Locked, attempt: PublishAttempt): Promise<Claim> {
  const { services, tx, target, now } = locked;
  const end = findEnd(services, target, now);
  if (end !== null) return endHere(locked, end);
  // Whoever gave it back said how it ended; who died did not.
  const died = attempt.outcome === null;
  const crashes = target.crashes + (died ? 1 : 0);
  if (crashes >= maxCrashes) return endHere(locked, crashed("FAILED", crashes));
  const claim = { fence: target.fence + 1, leaseUntil: leaseEnd(services.clock), crashes };
  if (!(await moveTarget(tx, { target, to: "PUBLISHING", data: claim }))) return nothing;
  await tx.publishAttempt.update({ where: { id: attempt.id }, data: { fence: claim.fence, outcome: null } });
  if (died) await addEvidence(tx, attempt.id, { at: now, what: "The process that prepared it died." });
  return {
    ...{ kind: "prepare", readQuota: false, target: { ...target, ...claim } },
    attempt: { ...attempt, fence: claim.fence, outcome: null },
  };
}

/** Nobody waits for the answer any more, or the platform had its time: it is looked up. */
async function claimLookUp(locked: Locked, attempt: PublishAttempt): Promise<Claim> {
  const { services, tx, target, now } = locked;
  const platform = services.platforms.get(target.socialAccount.platform);
  const blind = platform?.capabilityOf(remoteAccount(target.socialAccount)) === "none";
  const settleAfter = attempt.settleAfter ?? now;
  const waits = attempt.state !== "ACCEPTED" && settleAfter > now && !blind;
  const died = attempt.state === "SENDING" || attempt.outcome === null;
  const crashes = target.crashes + (died ? 1 : 0);
  // A send that died is always looked up once more: what it left may be there.
  if (crashes > maxCrashes && attempt.state !== "SENDING") return endHere(locked, crashed("UNKNOWN", crashes));
  const claim = {
    fence: target.fence + 1,
    leaseUntil: waits ? settleAfter : addMilliseconds(now, sendingLease),
    crashes,
  };
  if (!(await moveTarget(tx, { target, to: target.status, data: claim }))) return nothing;
  const message = attempt.message ?? "The process that sent it died before the answer was written down.";
  const state = attempt.state === "SENDING" ? "AMBIGUOUS" : attempt.state;
  const data = { state, fence: claim.fence, ...(state === "AMBIGUOUS" && { message }) } as const;
  await tx.publishAttempt.update({ where: { id: attempt.id }, data: { ...data, outcome: waits ? "ambiguous" : null } });
  if (died)
    await addEvidence(tx, attempt.id, { at: now, what: diedAt[attempt.state === "SENDING" ? "send" : "look-up"] });
  if (waits) {
    if (settleAfter <= addMilliseconds(now, wakeUpHorizon)) {
      await wakeTargets(tx, [{ id: target.id, at: settleAfter, begun: true }]);
    }
    return nothing;
  }
  return { kind: "reconcile", target: { ...target, ...claim }, attempt: { ...attempt, ...data } };
}

const diedAt = {
  send: "The process that sent it died before the answer was written down.",
  "look-up": "The process that looked for it died.",
} as const;

function crashed(to: "FAILED" | "UNKNOWN", crashes: number): TargetEnd {
  const died = `It was tried ${crashes} times, and every time the process died.`;
  const message =
    to === "FAILED"
      ? `${died} Nothing is out. Ask the operator to look at the log, then try again.`
      : `${died} Whether it is out could not be found out. Look there, then decide.`;
  return { to, failure: { code: to === "FAILED" ? "CRASHED" : "UNKNOWN", message } };
}

async function endHere({ tx, target, now }: Locked, end: TargetEnd | null): Promise<Claim> {
  if (end !== null) await endTarget(tx, target, end, now);
  return nothing;
}
