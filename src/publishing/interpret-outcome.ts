/** The one place that says what each way a send or a look-up can end means. */
import type { Prisma } from "../generated/prisma/client.ts";
import type { PostTargetStatus } from "../generated/prisma/enums.ts";
import { addMilliseconds } from "../infra/clock.ts";
import type { CapabilityClass, PublishOutcome, ReconcileOutcome } from "../platforms/publication.ts";

/** A definite refusal that may pass is tried this often before a person is asked. */
const maxTries = 5;

/** Before the second try, in milliseconds; each further one waits twice as long. */
const firstPause = 30_000;

/** Between two look-ups of one unclear send, in milliseconds. */
const lookUpPause = 30_000;

/** A send that could not be looked up for so long is shown to a person, in milliseconds. */
const lookUpPatience = 60 * 60_000;

/** What an outcome means for the attempt, the target and the account. */
export interface Settlement {
  readonly attempt: Prisma.PublishAttemptUncheckedUpdateManyInput;
  readonly to: PostTargetStatus;
  readonly target: Prisma.PostTargetUncheckedUpdateManyInput;
  readonly account?: Prisma.SocialAccountUncheckedUpdateInput;
}

/** What the meaning of an outcome depends on. */
export interface Situation {
  readonly now: Date;
  /** Null when the platform is no longer part of the server. */
  readonly capability: CapabilityClass | null;
  readonly cancelRequested: boolean;
  /** Sends since the target was scheduled, this one included. */
  readonly tries: number;
  /** Nothing is sent by itself after this (I-22). */
  readonly latest: Date;
  readonly sentAt: Date;
  readonly settleAfter: Date;
}

/** Says what follows from an outcome. */
export function interpretOutcome(outcome: PublishOutcome | ReconcileOutcome, situation: Situation): Settlement {
  const { now } = situation;
  switch (outcome.kind) {
    case "published":
    case "present": {
      const { externalId, permalink } = outcome;
      return {
        attempt: { state: outcome.kind === "published" ? "ACCEPTED" : "RECONCILED_PRESENT", externalId },
        to: "PUBLISHED",
        target: { ...noFailure, ...atRest, externalId, permalink, publishedAt: now },
        account: { lastSuccessAt: now, lastError: null },
      };
    }
    case "submitted":
    case "pending": {
      const { externalId } = outcome;
      return {
        attempt: { state: "ACCEPTED", externalId },
        to: "SUBMITTED",
        target: { ...noFailure, ...atRest, externalId },
      };
    }
    case "refused":
      return failed("REFUSED", { code: outcome.code, message: outcome.message, retryable: false });
    case "unauthorized":
      return {
        ...failed("REFUSED", { code: "UNAUTHORIZED", message: outcome.message, retryable: true }),
        account: { state: "NEEDS_RECONNECT", lastError: outcome.message },
      };
    case "rate-limited":
      return later(situation, { code: "RATE_LIMITED", message: outcome.message, retryAt: outcome.retryAt });
    case "unavailable":
      return later(situation, { code: "UNAVAILABLE", message: outcome.message, retryAt: null });
    case "ambiguous":
    case "unreadable":
      return unclear(situation, outcome.message);
    case "absent":
      return absent(situation);
    case "unknown":
      return unresolved(outcome.message);
  }
}

const noFailure = { failureCode: null, failureMessage: null, failureRetryable: null };
const atRest = { leaseUntil: null, dueAt: null };

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
}

const failureColumns = ({ code, message, retryable }: Failure) => ({
  failureCode: code,
  failureMessage: message,
  failureRetryable: retryable,
});

function failed(state: "REFUSED" | "RECONCILED_ABSENT", failure: Failure): Settlement {
  const { code, message } = failure;
  return { attempt: { state, code, message }, to: "FAILED", target: { ...failureColumns(failure), ...atRest } };
}

/** A definite refusal that may pass: cancelled if somebody asked for it, else tried again while that is in time. */
function later(
  { now, cancelRequested, tries, latest }: Situation,
  { code, message, retryAt }: { readonly code: string; readonly message: string; readonly retryAt: Date | null },
): Settlement {
  const attempt = { state: "REFUSED", code, message } as const;
  if (cancelRequested) return { attempt, to: "CANCELLED", target: atRest };
  if (tries >= maxTries) return failed("REFUSED", { code, message, retryable: true });
  const wanted = retryAt ?? addMilliseconds(now, firstPause * 2 ** (tries - 1));
  const dueAt = wanted < now ? now : wanted;
  if (dueAt > latest) {
    const tooLate = `${message} It may be tried again from ${dueAt.toISOString()}, which is too late to happen by itself: schedule it again.`;
    return failed("REFUSED", { code, message: tooLate, retryable: true });
  }
  // The reason is shown while it waits; success takes it away.
  const waiting = failureColumns({ code, message, retryable: true });
  return { attempt, to: "SCHEDULED", target: { ...waiting, dueAt, leaseUntil: null } };
}

/** Where nothing can be looked up a person decides at once. Else it stays with the target, leased until it may be looked up (again); nothing is sent meanwhile. */
function unclear({ capability, now, sentAt, settleAfter }: Situation, message: string): Settlement {
  if (capability === "none") {
    return unresolved(`${message} This platform cannot be asked whether the post is out. Look there, then decide.`);
  }
  if (now > addMilliseconds(sentAt, lookUpPatience)) {
    return unresolved(`${message} Whether it is out could not be found out for an hour. Look there, then decide.`);
  }
  const leaseUntil = settleAfter > now ? settleAfter : addMilliseconds(now, lookUpPause);
  return { attempt: { state: "AMBIGUOUS", message }, to: "PUBLISHING", target: { leaseUntil } };
}

/** Proven not to be there: a keyed platform may be asked again with the same key; for all others a person decides. */
function absent({ capability, tries, now, cancelRequested }: Situation): Settlement {
  if (capability !== "keyed") {
    return unresolved("The platform shows no such post, but its list is no proof. Look there, then decide.");
  }
  const state = "RECONCILED_ABSENT";
  if (cancelRequested) return { attempt: { state }, to: "CANCELLED", target: atRest };
  if (tries >= maxTries) {
    const message = "Every attempt was interrupted before it arrived. Schedule it again.";
    return failed(state, { code: "UNAVAILABLE", message, retryable: true });
  }
  return { attempt: { state }, to: "SCHEDULED", target: { dueAt: now, leaseUntil: null } };
}

function unresolved(message: string): Settlement {
  const failure = failureColumns({ code: "UNKNOWN", message, retryable: false });
  return { attempt: { state: "UNRESOLVED", message }, to: "UNKNOWN", target: { ...failure, ...atRest } };
}
