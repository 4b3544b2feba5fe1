/** What the ledger heard and found, kept with each attempt in the order in which it came. */
import { z } from "zod";
import type { Tx } from "../infra/db.ts";
import type { LedgerOutcome } from "./ledger-outcome.ts";

const stored = z.array(z.object({ at: z.coerce.date(), what: z.string() }));

/** One thing that was heard or found. */
export type Evidence = z.output<typeof stored>[number];

/** Reads what {@link addEvidence} wrote. */
export const readEvidence = (evidence: unknown): Evidence[] => stored.parse(evidence);

/** Adds to an attempt's evidence. Nothing is ever taken away from it, whoever writes at the same moment. */
export async function addEvidence(tx: Tx, attemptId: string, { at, what }: Evidence): Promise<void> {
  const added = JSON.stringify([{ at, what }]);
  await tx.$executeRaw`update publish_attempt set evidence = evidence || ${added}::jsonb where id = ${attemptId}::uuid`;
}

/** An outcome as a sentence. */
export function inWords(outcome: LedgerOutcome): string {
  switch (outcome.kind) {
    case "published":
      return `The platform published it as ${outcome.externalId}${at(outcome.permalink)}.`;
    case "present":
      return `It is there as ${outcome.externalId}${at(outcome.permalink)}.`;
    case "submitted":
      return `The platform took it as ${outcome.externalId} and works on it.`;
    case "pending":
      return `The platform still works on ${outcome.externalId}: ${outcome.message}`;
    case "refused":
      return `Refused (${outcome.code}): ${outcome.message}`;
    case "absent":
      return `${outcome.certain ? "Not there" : "Not in the platform's list"}: ${outcome.message}`;
    case "interrupted":
      return "The worker stopped before it was sent; another one goes on.";
    case "cancelled":
      return "Somebody cancelled it before it was sent.";
    case "unauthorized":
    case "rate-limited":
    case "unavailable":
    case "ambiguous":
    case "unknown":
    case "unreadable":
    case "waiting":
    case "postponed":
      return `${titles[outcome.kind]}: ${outcome.message}`;
  }
}

const at = (permalink: string | null) => (permalink === null ? "" : ` at ${permalink}`);

const titles = {
  unauthorized: "No access",
  "rate-limited": "Asked to wait",
  unavailable: "Nothing was sent",
  ambiguous: "It may be out",
  unknown: "It cannot be found out",
  unreadable: "The look-up failed",
  waiting: "Being prepared",
  postponed: "Put off",
} as const;
