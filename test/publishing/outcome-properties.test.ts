/** Whatever a platform answers, in whatever situation: what the ledger makes of it keeps its promises. */
import fc from "fast-check";
import t from "tap";
import { targetMayMove } from "../../src/posts/target-status.ts";
import { interpretOutcome } from "../../src/publishing/interpret-outcome.ts";
import type { LedgerOutcome } from "../../src/publishing/ledger-outcome.ts";
import type { Situation } from "../../src/publishing/settlement.ts";
import { lookUpPause } from "../../src/publishing/timing.ts";

const start = Date.UTC(2026, 0, 1);
const day = 24 * 60 * 60_000;
const moment = fc.integer({ min: 0, max: day }).map((offset) => new Date(start + offset));
const message = fc.constant("Words.");
const externalId = fc.constant("p1");
const permalink = fc.constantFrom(null, "https://example.org/p1");

const outcome: fc.Arbitrary<LedgerOutcome> = fc.oneof(
  fc.record({ kind: fc.constantFrom("published" as const, "present" as const), externalId, permalink }),
  fc.record({ kind: fc.constant("submitted" as const), externalId }),
  fc.record({ kind: fc.constant("pending" as const), externalId, message }),
  fc.record({ kind: fc.constant("refused" as const), code: fc.constant("NO"), message }),
  fc.record({
    kind: fc.constantFrom(...(["unauthorized", "unavailable", "ambiguous", "unknown", "unreadable"] as const)),
    message,
  }),
  fc.record({ kind: fc.constant("rate-limited" as const), retryAt: fc.option(moment), message }),
  fc.record({ kind: fc.constant("waiting" as const), retryAt: moment, message }),
  fc.record({ kind: fc.constant("postponed" as const), until: moment, message }),
  fc.record({ kind: fc.constant("absent" as const), certain: fc.boolean(), message }),
  fc.record({ kind: fc.constantFrom("interrupted" as const, "cancelled" as const) }),
);

const situation: fc.Arbitrary<Situation> = fc.record({
  now: moment,
  status: fc.constantFrom("PUBLISHING" as const, "SUBMITTED" as const),
  capability: fc.option(
    fc.constantFrom(
      "keyed" as const,
      "handle" as const,
      "staged" as const,
      "detects" as const,
      "search" as const,
      "none" as const,
    ),
  ),
  resendsAfterListedAbsence: fc.boolean(),
  verifies: fc.boolean(),
  cancelRequested: fc.boolean(),
  tries: fc.integer({ min: 1, max: 7 }),
  crashes: fc.integer({ min: 0, max: 5 }),
  maxCrashes: fc.constant(3),
  absences: fc.integer({ min: 0, max: 3 }),
  latest: moment,
  sentAt: fc.option(moment),
  settleAfter: moment,
});

/** Outcomes after which it is certain that nothing of the attempt is public, whatever the platform is. */
const harmless = ["rate-limited", "unavailable", "postponed"];

/** What only a step before the send, or the send itself, can answer: never about a post that was accepted. */
const ofSending = [
  ...["published", "submitted", "refused", "unauthorized", "rate-limited", "unavailable"],
  ...["waiting", "interrupted", "cancelled", "postponed", "ambiguous"],
];

const possible = (heard: LedgerOutcome, { status }: Situation) =>
  status === "PUBLISHING" || !ofSending.includes(heard.kind);

const check = (name: string, holds: (heard: LedgerOutcome, given: Situation) => void) =>
  t.test(name, (t) => {
    fc.assert(
      fc.property(outcome, situation, (heard, given) => {
        fc.pre(possible(heard, given));
        holds(heard, given);
      }),
      { numRuns: 3_000 },
    );
    t.end();
  });

const demand = (holds: boolean, what: string) => {
  if (!holds) throw new Error(what);
};

check("a target is sent again by itself only after a definite refusal or a proven absence (I-10)", (heard, given) => {
  const { to } = interpretOutcome(heard, given);
  if (to !== "SCHEDULED" || harmless.includes(heard.kind)) return;
  demand(heard.kind === "absent", `${heard.kind} leads to another send`);
  if (heard.kind !== "absent" || heard.certain) return;
  demand(given.absences >= 1, "one look at a list leads to another send");
  demand(given.capability === "keyed" || given.resendsAfterListedAbsence, "a list is taken for a proof");
});

check(
  "nothing is planned later than the grace, and a cancelled target is not sent again (I-22, R-8)",
  (heard, given) => {
    const { to, target } = interpretOutcome(heard, given);
    if (to !== "SCHEDULED") return;
    demand(!given.cancelRequested, "somebody cancelled it");
    const dueAt = target.dueAt instanceof Date ? target.dueAt : null;
    demand(dueAt !== null, "it has no moment");
    // Those that only wait wake up right behind their grace, to be told that they are late; an absence is judged when it is claimed.
    if (heard.kind !== "absent") demand((dueAt?.getTime() ?? 0) <= given.latest.getTime() + 1, "it is too late then");
  },
);

check("every state that waits has a moment at which it is looked at again", (heard, given) => {
  const { to, target, attempt } = interpretOutcome(heard, given);
  if (to === "PUBLISHING" || to === "SUBMITTED") {
    demand(target.leaseUntil instanceof Date, `${to} waits for ever`);
    demand(
      attempt.state === undefined || ["AMBIGUOUS", "ACCEPTED"].includes(String(attempt.state)),
      "its attempt ended",
    );
  } else {
    demand(target.leaseUntil === null, `${to} is still held`);
    demand(attempt.state !== undefined && attempt.state !== "AMBIGUOUS", `${to} leaves its attempt open`);
  }
});

check("two looks at a list are half a minute apart (R-5)", (heard, given) => {
  if (heard.kind !== "absent" || heard.certain || given.status === "SUBMITTED" || given.absences > 0) return;
  const { to, target, attempt } = interpretOutcome(heard, given);
  demand(to === "PUBLISHING" && attempt.absences === 1, "the first look decides");
  const at = target.leaseUntil instanceof Date ? target.leaseUntil.getTime() : 0;
  demand(at >= given.now.getTime() + lookUpPause, "the second look comes too soon");
});

check("every step is one of a target's life", (heard, given) => {
  const { to } = interpretOutcome(heard, given);
  demand(targetMayMove(given.status, to), `${given.status} cannot become ${to}`);
});

check("PUBLISHED only when the platform said so", (heard, given) => {
  const { to } = interpretOutcome(heard, given);
  demand((to === "PUBLISHED") === ["published", "present"].includes(heard.kind), `${heard.kind} became ${to}`);
});
