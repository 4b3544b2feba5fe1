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
import { takeReads } from "./read-budget.ts";

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

/** How asking ended. */
export type NumbersOutcome =
  | Exclude<MeasureOutcome, { kind: "unauthorized" }>
  /** The platform refused the account's access as it was under this fence. */
  | { readonly kind: "unauthorized"; readonly message: string; readonly credentialsFence: number }
  /** The account does not let us in, which is known already. */
  | { readonly kind: "shut"; readonly message: string }
  /** The month's budget of billed reads says no until then. */
  | { readonly kind: "over-budget"; readonly until: Date; readonly message: string }
  /** The platform counts nothing: there will never be numbers. */
  | { readonly kind: "uncounted" };

/** Asks a platform for the numbers of claimed targets. Makes outside calls: never inside a transaction. Whatever goes wrong is a value. */
export async function askForNumbers(
  services: MeasureServices,
  { account, targets }: ClaimedTargets,
): Promise<NumbersOutcome> {
  const { db, platforms, secretKeys, log } = services;
  const { label, measuring } = platformNamed(account.platform);
  if (measuring === null) return { kind: "uncounted" };
  const platform = platforms.get(account.platform);
  if (platform === undefined) return { kind: "shut", message: `${label} is not switched on on this server.` };
  if (platform.measure === undefined) return { kind: "uncounted" };
  const measure = platform.measure.bind(platform);
  try {
    const access = await ensureFresh(services, account.id);
    if (access.kind === "unauthorized") return { kind: "shut", message: access.message };
    if (access.kind === "unavailable") return { kind: "unavailable", message: access.message };
    const externalIds = targets.flatMap(({ externalId }) => externalId ?? []);
    const refused = await overBudget(services, account.platform, externalIds.length);
    if (refused !== null) return refused;
    const fresh = await db.socialAccount.findUniqueOrThrow({ where: { id: account.id } });
    const session = openSession(secretKeys, fresh);
    const outcome = await boundedCall<MeasureOutcome>(askLimits, (signal) => measure(session, externalIds, signal));
    if (outcome === null) return { kind: "unavailable", message: `${label} did not answer in time.` };
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

async function overBudget(
  { transact, clock, config }: MeasureServices,
  platform: string,
  reads: number,
): Promise<NumbersOutcome | null> {
  const { label, measuring } = platformNamed(platform);
  const limit = measuring?.readsPerMonth === undefined ? undefined : config.values[measuring.readsPerMonth];
  if (typeof limit !== "number") return null;
  const until = await transact((tx) => takeReads(tx, { platform, limit }, { reads, now: clock.now() }));
  if (until === null) return null;
  const message = `${label} bills what is read, and this server's budget of ${limit} posts a month allows no more until ${until.toISOString()}.`;
  return { kind: "over-budget", until, message };
}
