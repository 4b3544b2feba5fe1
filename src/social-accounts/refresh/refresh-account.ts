import type { SocialAccount } from "../../generated/prisma/client.ts";
import { platformNamed } from "../../platforms/registry.ts";
import { changeAccount, needReconnect } from "../account-state.ts";
import { recordRisks } from "../risk-notices.ts";
import { claimRefresh } from "./claim-refresh.ts";
import { type RefreshServices, renewAccess } from "./renew-access.ts";

/**
 * Does what is due of an account's access: renews it, or, where that cannot be done, says that it ends soon or has ended. Safe to
 * run twice, late or never: the row decides.
 */
export async function refreshAccount(services: RefreshServices, socialAccountId: string): Promise<void> {
  const claim = await claimRefresh(services, socialAccountId, isRenewable);
  if (claim.kind === "claimed") await renewAccess(services, claim);
  if (claim.kind === "nothing" && claim.account !== null) await watchExpiry(services, claim.account);
}

const isDue = ({ refreshAt }: SocialAccount, now: Date) => refreshAt !== null && refreshAt <= now;

const isRenewable = (account: SocialAccount, now: Date) =>
  platformNamed(account.platform).refresh !== null && isDue(account, now);

/** Access that nobody can renew: people are told before it ends, and when it has ended. */
async function watchExpiry({ transact, clock }: RefreshServices, account: SocialAccount): Promise<void> {
  const { id, expiresAt, credentialsFence } = account;
  const now = clock.now();
  if (!isDue(account, now) || expiresAt === null || platformNamed(account.platform).refresh !== null) return;
  await transact(async (tx) => {
    if (expiresAt <= now) {
      const message = `Access ended at ${expiresAt.toISOString()} and cannot be renewed by itself. Connect the account again.`;
      await needReconnect(tx, { socialAccountId: id, credentialsFence, message, now });
      return;
    }
    const state = account.state === "ACTIVE" ? ("EXPIRING" as const) : null;
    const data = { refreshAt: expiresAt, ...(state !== null && { state }) };
    const changed = await changeAccount(tx, { id, where: { credentialsFence, state: account.state }, data });
    if (changed && state !== null) await recordRisks(tx, { ...account, state }, { now });
  });
}
