import type { Clock } from "../../infra/clock.ts";
import { addMilliseconds } from "../../infra/clock.ts";
import type { Db, Transact, Tx } from "../../infra/db.ts";
import { platformNamed } from "../../platforms/registry.ts";
import { needReconnect } from "../../social-accounts/account-state.ts";
import { ensurePartition } from "../metric-partitions.ts";
import type { NumbersOutcome } from "./ask-for-numbers.ts";
import type { ClaimedTarget, ClaimedTargets } from "./claim-targets.ts";
import { type Finding, findingOf } from "./finding.ts";
import { nextTry } from "./sync-plan.ts";
import { writeFindings } from "./write-findings.ts";

/** Quiet that a platform asks for without saying how long, in milliseconds. */
const defaultQuiet = 15 * 60_000;
const shortestQuiet = 60_000;
/** Between looks at an account that does not let us in, in milliseconds. */
const shutPause = 6 * 60 * 60_000;

/** Writes down how asking ended, in one transaction: rows whose fence is another's by now are left alone. */
export async function settleNumbers(
  { db, transact, clock }: { readonly db: Db; readonly transact: Transact; readonly clock: Clock },
  claimed: ClaimedTargets,
  outcome: NumbersOutcome,
): Promise<void> {
  const now = clock.now();
  if (outcome.kind === "measured") await ensurePartition(db, now);
  await transact(async (tx) => {
    if (outcome.kind === "measured") {
      await writeFindings(tx, { claimed, findings: findingsOf(claimed, outcome, now), now });
      if (outcome.unread !== null) await afterTrouble(tx, claimed, outcome.unread, now);
      return;
    }
    await writeFindings(tx, {
      claimed,
      findings: claimed.targets.map((target) => troubleOf(target, outcome, now)),
      now,
    });
    await afterTrouble(tx, claimed, outcome, now);
  });
}

function findingsOf(
  { account, targets }: ClaimedTargets,
  { posts, unread }: Extract<NumbersOutcome, { kind: "measured" }>,
  now: Date,
): Finding[] {
  const definition = platformNamed(account.platform);
  return targets.map((target) => {
    if (unread?.targetIds.has(target.targetId) === true) return troubleOf(target, unread, now);
    const measurement = target.externalId === null ? undefined : posts.get(target.externalId);
    return findingOf({ target, measurement, definition, now });
  });
}

type Trouble = Exclude<NumbersOutcome, { kind: "measured" }>;

/** What becomes of a target that was not measured: what is known stays, and why there is nothing new is told. */
function troubleOf(target: ClaimedTarget, outcome: Trouble, now: Date): Finding {
  const { publishedAt, flat, failures } = target;
  const same = { target, flat, quietUntil: null, reading: null };
  switch (outcome.kind) {
    case "uncounted":
      return { ...same, failures: 0, nextSyncAt: null, lastError: outcome.message };
    case "rate-limited":
    case "over-budget": {
      const until = quietUntil(outcome, now);
      return { ...same, failures, nextSyncAt: until, quietUntil: until, lastError: outcome.message };
    }
    case "unauthorized":
    case "shut": {
      const again = nextTry({ publishedAt, now, failures: 1 });
      const nextSyncAt = again === null ? null : addMilliseconds(now, shutPause);
      return { ...same, failures: failures + 1, nextSyncAt, lastError: outcome.message };
    }
    case "unavailable": {
      const nextSyncAt = nextTry({ publishedAt, now, failures: failures + 1 });
      return { ...same, failures: failures + 1, nextSyncAt, lastError: outcome.message };
    }
  }
}

function quietUntil(outcome: Extract<Trouble, { kind: "rate-limited" | "over-budget" }>, now: Date): Date {
  const asked = outcome.kind === "over-budget" ? outcome.until : outcome.retryAt;
  const earliest = addMilliseconds(now, shortestQuiet);
  if (asked === null) return addMilliseconds(now, defaultQuiet);
  return asked > earliest ? asked : earliest;
}

/** What holds for the whole account. */
async function afterTrouble(tx: Tx, { account }: ClaimedTargets, outcome: Trouble, now: Date): Promise<void> {
  const { id: socialAccountId } = account;
  if (outcome.kind === "unauthorized") {
    const { credentialsFence } = outcome;
    await needReconnect(tx, { socialAccountId, credentialsFence, message: outcome.message, now });
  }
  if (outcome.kind !== "rate-limited" && outcome.kind !== "over-budget") return;
  const until = quietUntil(outcome, now);
  // Who was not asked for yet waits as well: the quota is the account's.
  await tx.$executeRaw`
    update target_metrics set next_sync_at = ${until}, quiet_until = ${until}
    where social_account_id = ${socialAccountId}::uuid and next_sync_at < ${until} and (lease_until is null or lease_until <= ${now})`;
}
