/** The one place that says what each way a step of a publication can end means. */
import { addMilliseconds } from "../infra/clock.ts";
import type { LedgerOutcome } from "./ledger-outcome.ts";
import type { Settlement, Situation } from "./settlement.ts";
import { keyLife, longestLookUpPause, lookUpPatience, lookUpPause, verifyAfter } from "./timing.ts";

/** A definite refusal that may pass is tried this often before a person is asked. */
const maxTries = 5;

/** Before the second try, in milliseconds; each further one waits twice as long. */
const firstPause = 30_000;

/** Least time before a platform that works on a post is asked again, in milliseconds. */
const preparePause = 1_000;

/** Says what follows from an outcome. */
export function interpretOutcome(outcome: LedgerOutcome, situation: Situation): Settlement {
  const { now, cancelRequested } = situation;
  switch (outcome.kind) {
    case "published":
    case "present":
      return isOut(outcome, situation);
    case "submitted":
    case "pending":
      return isWorkedOn(outcome, situation);
    case "refused":
      return failed("REFUSED", { code: outcome.code, message: outcome.message, retryable: false });
    case "unauthorized":
      return {
        ...failed("REFUSED", { code: "UNAUTHORIZED", message: outcome.message, retryable: true }),
        account: { state: "NEEDS_RECONNECT", lastError: outcome.message, lastErrorAt: now },
      };
    case "rate-limited":
      return later(situation, { code: "RATE_LIMITED", message: outcome.message, retryAt: outcome.retryAt });
    case "unavailable":
      return later(situation, { code: "UNAVAILABLE", message: outcome.message, retryAt: null });
    case "waiting":
      return cancelRequested ? cancelled : prepares(situation, outcome.retryAt);
    case "interrupted":
      return cancelRequested ? cancelled : { attempt: {}, to: "PUBLISHING", target: { leaseUntil: now } };
    case "cancelled":
      return cancelled;
    case "postponed":
      return cancelRequested ? cancelled : postponed(situation, outcome);
    case "ambiguous":
    case "unreadable":
      return unclear(situation, outcome.message);
    case "absent":
      return absent(situation, outcome);
    case "unknown":
      return unresolved(outcome.message);
  }
}

const noFailure = { failureCode: null, failureMessage: null, failureRetryable: null };
const atRest = { leaseUntil: null, dueAt: null };

const cancelled: Settlement = {
  attempt: { state: "REFUSED", code: "CANCELLED", message: "Somebody cancelled it before it was sent." },
  to: "CANCELLED",
  target: atRest,
};

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

/** Out. What was looked up with its address has been read back by that; all else is, soon, where the platform lets us. */
function isOut(
  { kind, externalId, permalink }: Extract<LedgerOutcome, { kind: "published" | "present" }>,
  { now, verifies }: Situation,
): Settlement {
  const seen = kind === "present" && permalink !== null;
  const verifyAt = verifies && !seen ? addMilliseconds(now, verifyAfter) : null;
  const where = { externalId, permalink, publishedAt: now, verifiedAt: kind === "present" ? now : null, verifyAt };
  return {
    attempt: { state: kind === "published" ? "ACCEPTED" : "RECONCILED_PRESENT", externalId },
    to: "PUBLISHED",
    target: { ...noFailure, ...atRest, ...where },
    account: {
      ...{ lastSuccessAt: now, lastError: null, lastErrorAt: null },
      // What only was looked up says nothing of what the account may post meanwhile.
      ...(kind === "published" && { limitedUntil: null }),
    },
  };
}

/** The platform has it and works on it: looked at again with growing pauses, for an hour. */
function isWorkedOn({ externalId }: { readonly externalId: string }, { now, sentAt }: Situation): Settlement {
  if (now >= addMilliseconds(sentAt ?? now, lookUpPatience)) {
    return unresolved(
      "The platform took the post an hour ago and does not say whether it is out. Look there, then decide.",
    );
  }
  const leaseUntil = nextLook(sentAt, now);
  return {
    attempt: { state: "ACCEPTED", externalId, absences: 0 },
    to: "SUBMITTED",
    target: { ...noFailure, dueAt: null, externalId, leaseUntil },
  };
}

/** Half as long again after as it took until now, so that pauses grow. */
function nextLook(sentAt: Date | null, now: Date): Date {
  const age = now.getTime() - (sentAt ?? now).getTime();
  return addMilliseconds(now, Math.min(Math.max(age / 2, lookUpPause), longestLookUpPause));
}

/** A definite refusal that may pass: cancelled if somebody asked for it, else tried again while that is in time. */
function later(
  { now, cancelRequested, tries, latest }: Situation,
  { code, message, retryAt }: { readonly code: string; readonly message: string; readonly retryAt: Date | null },
): Settlement {
  const attempt = { state: "REFUSED", code, message } as const;
  const wanted = retryAt ?? addMilliseconds(now, firstPause * 2 ** (tries - 1));
  const dueAt = wanted < now ? now : wanted;
  // The account's other posts wait as well, without trying.
  const limit = code === "RATE_LIMITED" ? { account: { limitedUntil: dueAt } } : {};
  if (cancelRequested) return { attempt, to: "CANCELLED", target: atRest, ...limit };
  if (tries >= maxTries) return { ...failed("REFUSED", { code, message, retryable: true }), ...limit };
  if (dueAt > latest) {
    const tooLate = `${message} It may be tried again from ${dueAt.toISOString()}, which is too late to happen by itself: schedule it again.`;
    return { ...failed("REFUSED", { code, message: tooLate, retryable: true }), ...limit };
  }
  // The reason is shown while it waits; success takes it away.
  const waiting = failureColumns({ code, message, retryable: true });
  return { attempt, to: "SCHEDULED", target: { ...waiting, dueAt, leaseUntil: null }, ...limit };
}

/** The platform asked for time before the post can be made public. It stays prepared, and nobody holds it meanwhile. */
function prepares({ now, latest }: Situation, retryAt: Date): Settlement {
  const soonest = addMilliseconds(now, preparePause);
  const late = addMilliseconds(latest, 1);
  const wanted = retryAt < soonest ? soonest : retryAt;
  return { attempt: {}, to: "PUBLISHING", target: { leaseUntil: wanted > late ? late : wanted } };
}

/** The account has used up what it may post: all its posts wait, without counting as tries, until that or their grace ends. */
function postponed(
  { latest }: Situation,
  { until, message }: Extract<LedgerOutcome, { kind: "postponed" }>,
): Settlement {
  const late = addMilliseconds(latest, 1);
  const waiting = failureColumns({ code: "QUOTA", message, retryable: true });
  return {
    attempt: { state: "REFUSED", code: "QUOTA", message },
    to: "SCHEDULED",
    target: { ...waiting, dueAt: until < late ? until : late, leaseUntil: null },
    account: { limitedUntil: until },
  };
}

/** Where nothing can be looked up a person decides at once. Else it stays with the target, leased until it may be looked up (again); nothing is sent meanwhile. */
function unclear({ status, capability, now, sentAt, settleAfter }: Situation, message: string): Settlement {
  if (capability === "none") {
    return unresolved(`${message} This platform cannot be asked whether the post is out. Look there, then decide.`);
  }
  if (now > addMilliseconds(sentAt ?? now, lookUpPatience)) {
    return unresolved(`${message} Whether it is out could not be found out for an hour. Look there, then decide.`);
  }
  const leaseUntil = settleAfter > now ? settleAfter : nextLook(sentAt, now);
  const attempt = status === "SUBMITTED" ? {} : ({ state: "AMBIGUOUS", message } as const);
  return { attempt, to: status, target: { leaseUntil } };
}

/** Not to be seen: what only a list does not show is looked for twice. Then it is sent again where that cannot make two of it. */
function absent(situation: Situation, { certain, message }: Extract<LedgerOutcome, { kind: "absent" }>): Settlement {
  const { status, now, sentAt, absences, cancelRequested, tries, crashes, maxCrashes } = situation;
  if (status === "SUBMITTED") return vanished(situation, { certain, message });
  const looks = absences + 1;
  if (!certain && looks < 2) {
    const leaseUntil = addMilliseconds(now, lookUpPause);
    return { attempt: { state: "AMBIGUOUS", absences: looks }, to: "PUBLISHING", target: { leaseUntil } };
  }
  const keyed = situation.capability === "keyed" && now < addMilliseconds(sentAt ?? now, keyLife);
  if (!certain && !keyed && !situation.resendsAfterListedAbsence) {
    return unresolved(`${message} A list is no proof that the post is not out. Look there, then decide.`);
  }
  const attempt = { state: "RECONCILED_ABSENT", absences: looks } as const;
  if (cancelRequested) return { attempt, to: "CANCELLED", target: atRest };
  if (tries >= maxTries || crashes >= maxCrashes) {
    const interrupted = "Every attempt was interrupted before it arrived. Schedule it again.";
    const settled = failed("RECONCILED_ABSENT", { code: "UNAVAILABLE", message: interrupted, retryable: true });
    return { ...settled, attempt: { ...settled.attempt, absences: looks } };
  }
  return { attempt, to: "SCHEDULED", target: { dueAt: now, leaseUntil: null } };
}

/** The platform took it and then did not publish it. Nothing is sent again by itself: the same content would end the same way. */
function vanished(
  { now, sentAt, absences }: Situation,
  { certain, message }: { readonly certain: boolean; readonly message: string },
): Settlement {
  if (certain) {
    const said = `The platform took the post and did not publish it. ${message}`;
    return failed("RECONCILED_ABSENT", { code: "NOT_PUBLISHED", message: said, retryable: true });
  }
  if (now >= addMilliseconds(sentAt ?? now, lookUpPatience)) {
    return unresolved(`The platform took the post and does not show it. ${message} Look there, then decide.`);
  }
  return { attempt: { absences: absences + 1 }, to: "SUBMITTED", target: { leaseUntil: nextLook(sentAt, now) } };
}

function unresolved(message: string): Settlement {
  const failure = failureColumns({ code: "UNKNOWN", message, retryable: false });
  return { attempt: { state: "UNRESOLVED", message }, to: "UNKNOWN", target: { ...failure, ...atRest } };
}
