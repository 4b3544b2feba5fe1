/**
 * Measuring an account's posts: claim what is due under leases, ask the platform, write down. Safe to run twice, late or never: rows
 * say what is due, fences whose answer counts, and the timetable brings back what a dead process left.
 */
import type { Logger } from "../../infra/log.ts";
import { askForNumbers, type MeasureServices } from "./ask-for-numbers.ts";
import { claimTargets } from "./claim-targets.ts";
import { settleNumbers } from "./settle-numbers.ts";

/** Batches of one run; the timetable goes on a minute later. */
const mostBatches = 20;

/** Reads the numbers of an account's posts that are due, a batch at a time, until nothing is or the platform says no. */
export async function measureAccount(
  services: Omit<MeasureServices, "log">,
  socialAccountId: string,
  { log, signal }: { readonly log: Logger; readonly signal: AbortSignal },
): Promise<void> {
  const logged = { ...services, log };
  for (let batch = 0; batch < mostBatches && !signal.aborted; batch += 1) {
    const claimed = await claimTargets(services, socialAccountId);
    if (claimed === null) return;
    const outcome = await askForNumbers(logged, claimed);
    await settleNumbers(services, claimed, outcome);
    if (outcome.kind === "uncounted" || (outcome.kind === "measured" && outcome.unread === null)) continue;
    log.info({ socialAccountId, outcome: outcome.kind }, "numbers were not read, or not all of them");
    return;
  }
}
