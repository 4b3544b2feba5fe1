import type { SocialAccount } from "../../generated/prisma/client.ts";
import { addMilliseconds } from "../../infra/clock.ts";
import type { Db } from "../../infra/db.ts";
import { pause } from "../../infra/pause.ts";
import type { RefreshOutcome } from "../../platforms/connection.ts";
import { platformNamed } from "../../platforms/registry.ts";
import { claimRefresh, refreshLimits } from "./claim-refresh.ts";
import { type RefreshServices, renewAccess } from "./renew-access.ts";

/** Access must last this long to be used for a send and its look-up, in milliseconds. */
const needed = 60_000;

/** Between two looks at an account that somebody else renews, in milliseconds. */
const lookPause = 100;

/** Whether an account's access may be used now; read its credentials anew after asking. */
export type Freshness =
  | { readonly kind: "fresh" }
  /** Somebody must connect it again. */
  | { readonly kind: "unauthorized"; readonly message: string }
  /** It has ended, and could not be renewed just now. */
  | { readonly kind: "unavailable"; readonly message: string; readonly retryAt: Date | null };

/**
 * Makes sure that an account's access lasts for a call: renews it when it ends within a minute, or waits for whoever renews it
 * already. Makes outside calls, so never call it inside a transaction. Access that still lasts is used, whatever renewing it said.
 */
export async function ensureFresh(
  services: RefreshServices & { readonly db: Db },
  socialAccountId: string,
): Promise<Freshness> {
  const { db, clock } = services;
  // Nearly always nothing is due, and no lock is taken to see that.
  const account = await db.socialAccount.findUnique({ where: { id: socialAccountId } });
  if (account === null || !endsSoon(account, clock.now())) return asItIs(account, clock.now());
  const looks = Math.ceil((refreshLimits.deadline + refreshLimits.patience) / lookPause);
  for (let look = 0; look < looks; look += 1) {
    const claim = await claimRefresh(services, socialAccountId, endsSoon);
    if (claim.kind === "nothing") return asItIs(claim.account, clock.now());
    if (claim.kind === "claimed") return afterRenewal(await renewAccess(services, claim), claim.account, clock.now());
    await pause(lookPause, new AbortController().signal);
  }
  return { kind: "unavailable", message: "Access is being renewed, and that takes long.", retryAt: null };
}

function endsSoon({ platform, expiresAt, refreshAt, refreshFailures }: SocialAccount, now: Date): boolean {
  if (expiresAt === null || platformNamed(platform).refresh === null) return false;
  // After a failure the pause is kept: many posts at once must not hammer a platform that asked for time.
  const mayTry = refreshFailures === 0 || refreshAt === null || refreshAt <= now;
  return mayTry && expiresAt <= addMilliseconds(now, needed);
}

function asItIs(account: SocialAccount | null, now: Date): Freshness {
  if (account === null) return { kind: "unauthorized", message: "The account is gone." };
  const { state, lastError, expiresAt, refreshAt } = account;
  if (state === "DISCONNECTED") return { kind: "unauthorized", message: "The account was disconnected." };
  if (state === "NEEDS_RECONNECT") {
    return { kind: "unauthorized", message: lastError ?? "The account must be connected again." };
  }
  if (expiresAt === null || expiresAt > now) return { kind: "fresh" };
  const ended = `Access ended at ${expiresAt.toISOString()} and could not be renewed yet.`;
  return { kind: "unavailable", message: lastError === null ? ended : `${ended} ${lastError}`, retryAt: refreshAt };
}

function afterRenewal(outcome: RefreshOutcome, { expiresAt }: SocialAccount, now: Date): Freshness {
  switch (outcome.kind) {
    case "renewed":
      return { kind: "fresh" };
    case "unauthorized":
      return outcome;
    case "rate-limited":
    case "unavailable": {
      if (expiresAt === null || expiresAt > now) return { kind: "fresh" };
      const retryAt = outcome.kind === "rate-limited" ? outcome.retryAt : null;
      return { kind: "unavailable", message: outcome.message, retryAt };
    }
  }
}
