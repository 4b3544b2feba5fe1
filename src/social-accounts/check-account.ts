import type { Prisma, SocialAccount } from "../generated/prisma/client.ts";
import { boundedCall } from "../infra/bounded-call.ts";
import type { Db } from "../infra/db.ts";
import type { CheckOutcome } from "../platforms/connection.ts";
import { platformNamed } from "../platforms/registry.ts";
import { changeAccount, healthyState, needReconnect } from "./account-state.ts";
import { ensureFresh } from "./refresh/ensure-fresh.ts";
import type { RefreshServices } from "./refresh/renew-access.ts";
import { refreshTime } from "./refresh-time.ts";
import { openSession } from "./sealed-credentials.ts";

/** Checking is given up after this, in milliseconds. */
const limits = { deadline: 15_000, patience: 1_000 };

/** What checking touches. */
export type CheckServices = RefreshServices & { readonly db: Db };

/**
 * Asks the platform about an account and writes down what it says: who it is now, what was granted, and whether it lets us in.
 * Null when the account is gone or disconnected.
 */
export async function askPlatformAboutAccount(
  services: CheckServices,
  socialAccountId: string,
): Promise<CheckOutcome | null> {
  const { db } = services;
  await ensureFresh(services, socialAccountId);
  const account = await db.socialAccount.findUnique({ where: { id: socialAccountId } });
  if (account === null || account.state === "DISCONNECTED") return null;
  const outcome = await ask(services, account);
  await settleCheck(services, account, outcome);
  return outcome;
}

async function ask({ platforms, secretKeys, log }: CheckServices, account: SocialAccount): Promise<CheckOutcome> {
  const { label } = platformNamed(account.platform);
  const platform = platforms.get(account.platform);
  if (platform === undefined) return { kind: "unavailable", message: `${label} is not switched on on this server.` };
  try {
    const session = openSession(secretKeys, account);
    const outcome = await boundedCall<CheckOutcome>(limits, (signal) => platform.check(session, signal));
    return outcome ?? { kind: "unavailable", message: `${label} did not answer. Try again later.` };
  } catch (error) {
    log.error({ err: error, socialAccountId: account.id }, "an account could not be checked");
    return { kind: "unavailable", message: `${label}'s answer could not be read. The operator finds more in the log.` };
  }
}

async function settleCheck(
  { transact, clock }: CheckServices,
  account: SocialAccount,
  outcome: CheckOutcome,
): Promise<void> {
  const { id, credentialsFence } = account;
  const now = clock.now();
  await transact(async (tx) => {
    if (outcome.kind === "unauthorized") {
      await tx.socialAccount.updateMany({ where: { id, credentialsFence }, data: { lastCheckedAt: now } });
      await needReconnect(tx, { socialAccountId: id, credentialsFence, message: outcome.message, now });
      return;
    }
    await changeAccount(tx, { id, where: { credentialsFence }, data: whatChanges(account, outcome, now) });
  });
}

function whatChanges(
  account: SocialAccount,
  outcome: Exclude<CheckOutcome, { kind: "unauthorized" }>,
  now: Date,
): Prisma.SocialAccountUncheckedUpdateManyInput {
  switch (outcome.kind) {
    case "alive": {
      const { handle, name, url, details } = outcome.account;
      return {
        ...{ handle, name, url, details: { ...details }, lastCheckedAt: now, lastError: null, lastErrorAt: null },
        ...(outcome.scopes !== null && { scopes: [...outcome.scopes] }),
        ...(account.state === "NEEDS_RECONNECT" && revived(account, now)),
      };
    }
    case "rate-limited":
      return {
        ...trouble(outcome.message, now),
        ...(isLater(outcome.retryAt, account) && { limitedUntil: outcome.retryAt }),
      };
    case "unavailable":
      return trouble(outcome.message, now);
  }
}

/** A limit that names no end, or an earlier one, takes nothing away from what the platform asked for before. */
const isLater = (retryAt: Date | null, { limitedUntil }: SocialAccount): boolean =>
  retryAt !== null && (limitedUntil === null || retryAt > limitedUntil);

/** The platform lets us in after all, with what we have. */
function revived({ platform, expiresAt, pausedAt }: SocialAccount, now: Date) {
  const state = healthyState({ pausedAt });
  return { state, refreshAt: refreshTime(platformNamed(platform).refresh, { now, expiresAt }) };
}

const trouble = (message: string, now: Date) => ({ lastCheckedAt: now, lastError: message, lastErrorAt: now });
