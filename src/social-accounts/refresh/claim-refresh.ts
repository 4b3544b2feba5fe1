import type { SocialAccount } from "../../generated/prisma/client.ts";
import { addMilliseconds, type Clock } from "../../infra/clock.ts";
import type { Transact, Tx } from "../../infra/db.ts";
import { connectedStates } from "../account-state.ts";

/** Renewing is given up after this, in milliseconds; a platform that does not heed it is left behind soon after. */
export const refreshLimits = { deadline: 20_000, patience: 1_000 };

/** How long the row is held: until the answer is in and written down. A dead process's row is free after this. */
const leaseDuration = refreshLimits.deadline + refreshLimits.patience + 9_000;

/** What there is to do about an account's access. */
export type RefreshClaim =
  /** This process renews it, alone. `interrupted`: somebody began before, and their answer was never written down. */
  | { readonly kind: "claimed"; readonly account: SocialAccount; readonly interrupted: boolean }
  /** Somebody else renews it right now. */
  | { readonly kind: "busy" }
  /** Nothing is due; the account as it is, null when there is none. */
  | { readonly kind: "nothing"; readonly account: SocialAccount | null };

/**
 * Takes an account for renewing, over all processes: under the row's lock it is looked at once more, its lease is taken and its
 * fence raised, durably, before anybody asks the platform. `isDue` decides by the row as it is.
 */
export async function claimRefresh(
  { transact, clock }: { readonly transact: Transact; readonly clock: Clock },
  socialAccountId: string,
  isDue: (account: SocialAccount, now: Date) => boolean,
): Promise<RefreshClaim> {
  return transact(async (tx) => {
    // A single-use token that went out must not be forgotten by a power cut, whatever the database's default says.
    await tx.$executeRaw`set local synchronous_commit = on`;
    const now = clock.now();
    const account = await lockAccount(tx, socialAccountId);
    if (account === null || !isConnected(account)) return { kind: "nothing", account };
    if (account.refreshLeaseUntil !== null && account.refreshLeaseUntil > now) return { kind: "busy" };
    if (!isDue(account, now)) return { kind: "nothing", account };
    const data = { refreshLeaseUntil: addMilliseconds(now, leaseDuration), credentialsFence: { increment: 1 } };
    const claimed = await tx.socialAccount.update({ where: { id: socialAccountId }, data });
    return { kind: "claimed", account: claimed, interrupted: account.refreshLeaseUntil !== null };
  });
}

async function lockAccount(tx: Tx, id: string): Promise<SocialAccount | null> {
  await tx.$queryRaw`select 1 from social_account where id = ${id}::uuid for update`;
  return tx.socialAccount.findUnique({ where: { id } });
}

const isConnected = ({ state }: SocialAccount) => connectedStates.some((connected) => connected === state);
