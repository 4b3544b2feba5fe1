import { boundedCall } from "../../infra/bounded-call.ts";
import type { Clock } from "../../infra/clock.ts";
import type { Db, Transact } from "../../infra/db.ts";
import type { KeyRing } from "../../infra/key-ring.ts";
import type { Logger } from "../../infra/log.ts";
import { SealError } from "../../infra/sealed.ts";
import type { MeasureOutcome } from "../../platforms/measuring.ts";
import type { Platform } from "../../platforms/platform.ts";
import { platformNamed } from "../../platforms/registry.ts";
import { ensureFresh } from "../../social-accounts/refresh/ensure-fresh.ts";
import { openSession } from "../../social-accounts/sealed-credentials.ts";
import { askLimits, type ClaimedTargets } from "./claim-targets.ts";
import { renewsAt, takeReads } from "./read-budget.ts";

/** What asking touches. */
export interface MeasureServices {
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly secretKeys: KeyRing;
  readonly platforms: ReadonlyMap<string, Platform>;
  /** The parsed environment, for budgets that platforms name. */
  readonly config: { readonly values: Readonly<Record<string, unknown>> };
  readonly log: Logger;
}

/** The budget of reads that are billed has none left, until then. */
export interface OverBudget {
  readonly kind: "over-budget";
  readonly until: Date;
  readonly message: string;
}

/** How asking ended. */
export type NumbersOutcome =
  | Exclude<MeasureOutcome, { kind: "unauthorized" | "measured" }>
  | (Extract<MeasureOutcome, { kind: "measured" }> & {
      /** Targets that the month's budget had no reads left for; null where it had. */
      readonly unread: (OverBudget & { readonly targetIds: ReadonlySet<string> }) | null;
    })
  /** The platform refused the account's access as it was under this fence. */
  | { readonly kind: "unauthorized"; readonly message: string; readonly credentialsFence: number }
  /** The account does not let us in, which is known already. */
  | { readonly kind: "shut"; readonly message: string }
  /** The month's budget of billed reads says no until then. */
  | OverBudget
  /** The platform counts nothing: there will never be numbers. */
  | { readonly kind: "uncounted"; readonly message: string };

/**
 * Asks a platform for the numbers of claimed targets; where reads are billed, of the first of them, as far as the budget goes. Makes outside calls: never inside a transaction. Whatever goes wrong is a value. */
export async function askForNumbers(
  services: MeasureServices,
  { account, targets }: ClaimedTargets,
): Promise<NumbersOutcome> {
  const { db, platforms, secretKeys, log } = services;
  const { label, measuring } = platformNamed(account.platform);
  const uncounted = {
    kind: "uncounted",
    message: `${label} tells nothing that could be counted, so there are no numbers of posts there.`,
  } as const;
  if (measuring === null) return uncounted;
  const platform = platforms.get(account.platform);
  if (platform === undefined) return { kind: "shut", message: `${label} is not switched on on this server.` };
  if (platform.measure === undefined) return uncounted;
  const measure = platform.measure.bind(platform);
  try {
    const access = await ensureFresh(services, account.id);
    if (access.kind === "unauthorized") return { kind: "shut", message: access.message };
    if (access.kind === "unavailable") return { kind: "unavailable", message: access.message };
    const askable = targets.filter(({ externalId }) => externalId !== null);
    const { granted, refusal } = await affordable(services, account.platform, askable.length);
    if (refusal !== null && granted === 0) return refusal;
    const externalIds = askable.slice(0, granted).flatMap(({ externalId }) => externalId ?? []);
    const unread = new Set(askable.slice(granted).map(({ targetId }) => targetId));
    const fresh = await db.socialAccount.findUniqueOrThrow({ where: { id: account.id } });
    const session = openSession(secretKeys, fresh);
    const outcome = await boundedCall<MeasureOutcome>(askLimits, (signal) => measure(session, externalIds, signal));
    if (outcome === null) return { kind: "unavailable", message: `${label} did not answer in time.` };
    if (outcome.kind === "measured") {
      return { ...outcome, unread: refusal === null ? null : { ...refusal, targetIds: unread } };
    }
    return outcome.kind === "unauthorized" ? { ...outcome, credentialsFence: fresh.credentialsFence } : outcome;
  } catch (error) {
    log.error({ err: error, socialAccountId: account.id }, "numbers could not be read");
    const message =
      error instanceof SealError
        ? "What is stored of this account cannot be opened on this server. Its operator must bring back the key in SECRET_KEYS."
        : `${label}'s answer could not be read. The operator finds more in the log.`;
    return { kind: "unavailable", message };
  }
}

/** How many of so many reads may be made, and what is said of the others. */
async function affordable(
  { transact, clock, config }: MeasureServices,
  platform: string,
  wanted: number,
): Promise<{ readonly granted: number; readonly refusal: OverBudget | null }> {
  const { label, measuring } = platformNamed(platform);
  const limit = measuring?.readsPerMonth === undefined ? undefined : config.values[measuring.readsPerMonth];
  if (typeof limit !== "number") return { granted: wanted, refusal: null };
  const now = clock.now();
  const { granted, until } = await transact((tx) => takeReads(tx, { platform, limit }, { wanted, now }));
  if (until === null) return { granted, refusal: null };
  const message = `${label} bills what is read. ${budgetText(limit, until, renewsAt(now))}`;
  return { granted, refusal: { kind: "over-budget", until, message } };
}

const dayOf = (moment: Date) => moment.toISOString().slice(0, 10);

function budgetText(limit: number, until: Date, renews: Date): string {
  const budget = `This server's budget of ${limit} posts a month`;
  if (limit === 0) return `${budget} allows none.`;
  if (until >= renews) return `${budget} is used up; it renews on ${dayOf(renews)}.`;
  return `${budget} is spread over the month, and what there was so far is used up: there is more on ${dayOf(until)}, and it renews on ${dayOf(renews)}.`;
}
