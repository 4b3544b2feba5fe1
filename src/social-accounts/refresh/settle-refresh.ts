import type { Prisma, SocialAccount } from "../../generated/prisma/client.ts";
import type { Clock } from "../../infra/clock.ts";
import type { Transact, Tx } from "../../infra/db.ts";
import type { KeyRing } from "../../infra/key-ring.ts";
import type { Credentials, RefreshOutcome } from "../../platforms/connection.ts";
import { platformNamed } from "../../platforms/registry.ts";
import { changeAccount, healthyState, needReconnect } from "../account-state.ts";
import { refreshTime, retryTime } from "../refresh-time.ts";
import { recordRisks } from "../risk-notices.ts";
import { openSession, sealCredentials } from "../sealed-credentials.ts";

/** What settling touches. */
export interface SettleServices {
  readonly transact: Transact;
  readonly clock: Clock;
  readonly secretKeys: KeyRing;
}

/** A renewal that was claimed, and whether an earlier one was interrupted. */
export interface ClaimedRefresh {
  readonly account: SocialAccount;
  readonly interrupted: boolean;
}

/**
 * Writes down how a renewal ended. What was renewed is stored before anybody uses it. Answers false when the row went to somebody
 * else meanwhile and the answer counts no more.
 */
export async function settleRefresh(
  services: SettleServices,
  claim: ClaimedRefresh,
  outcome: RefreshOutcome,
): Promise<boolean> {
  const { account } = claim;
  const now = services.clock.now();
  return services.transact(async (tx) => {
    await tx.$executeRaw`set local synchronous_commit = on`;
    switch (outcome.kind) {
      case "renewed":
        return settleRenewed(tx, services, account, outcome);
      case "unauthorized": {
        const { id: socialAccountId, credentialsFence } = account;
        const message = claim.interrupted ? `${outcome.message} ${interruption}` : outcome.message;
        return needReconnect(tx, { socialAccountId, credentialsFence, message, now });
      }
      case "rate-limited":
        return settleTrouble(tx, account, { now, message: outcome.message, retryAt: outcome.retryAt });
      case "unavailable":
        return settleTrouble(tx, account, { now, message: outcome.message, retryAt: null });
    }
  });
}

/** Said when a platform refuses what it may have exchanged already. */
const interruption =
  "An earlier renewal was interrupted before its answer could be kept, which platforms with single-use tokens do not forgive.";

async function settleRenewed(
  tx: Tx,
  { clock, secretKeys }: SettleServices,
  account: SocialAccount,
  { credentials, expiresAt }: Extract<RefreshOutcome, { kind: "renewed" }>,
): Promise<boolean> {
  const { id, credentialsFence, credentials: sealedBefore } = account;
  const now = clock.now();
  const { refresh } = platformNamed(account.platform);
  const merged = { ...openSession(secretKeys, account).credentials, ...withoutBlanks(credentials) };
  const data = {
    ...{ credentials: sealCredentials(secretKeys, id, merged), expiresAt },
    ...{ refreshAt: refreshTime(refresh, { now, expiresAt }), refreshLeaseUntil: null, refreshFailures: 0 },
    ...{ lastError: null, lastErrorAt: null, state: healthyState(account) },
  } satisfies Prisma.SocialAccountUncheckedUpdateManyInput;
  // An answer that comes after the lease counts all the same while nobody stored anything newer: it may hold the only token
  // that still works, and whoever took over in between was refused with the old one.
  return changeAccount(tx, {
    id,
    where: { state: { not: "DISCONNECTED" }, OR: [{ credentialsFence }, { credentials: sealedBefore }] },
    data,
  });
}

/** What a platform left out, or answered as nothing, stays as it was. */
const withoutBlanks = (credentials: Credentials): Credentials =>
  Object.fromEntries(Object.entries(credentials).filter(([, secret]) => secret.reveal() !== ""));

interface Trouble {
  readonly now: Date;
  readonly message: string;
  readonly retryAt: Date | null;
}

/** Trouble that passes never ends a connection: it is tried again, and people are told when access ends soon. */
async function settleTrouble(tx: Tx, account: SocialAccount, { now, message, retryAt }: Trouble): Promise<boolean> {
  const { id, credentialsFence, expiresAt, state, platform } = account;
  const failures = account.refreshFailures + 1;
  const ahead = platformNamed(platform).refresh?.ahead ?? 0;
  const left = expiresAt === null ? Number.POSITIVE_INFINITY : expiresAt.getTime() - now.getTime();
  const wanted = retryTime({ now, expiresAt, failures });
  const expiring = state === "ACTIVE" && left < ahead / 2;
  const changed = await changeAccount(tx, {
    id,
    where: { credentialsFence },
    data: {
      ...{ refreshFailures: failures, refreshLeaseUntil: null, lastError: message, lastErrorAt: now },
      refreshAt: retryAt !== null && retryAt > wanted ? retryAt : wanted,
      ...(expiring && { state: "EXPIRING" }),
    },
  });
  if (changed && expiring) await recordRisks(tx, { ...account, state: "EXPIRING" }, { now });
  return changed;
}
