import type { Tx } from "../../infra/db.ts";

/**
 * Locks accounts for the rest of the transaction: of one account's slots one is given away at a time. Everybody takes locks in one order
 * (`src/README.md`): accounts (here, and in `publishing/lock-target.ts`), then posts, then targets.
 */
export async function lockAccounts(tx: Tx, socialAccountIds: readonly string[]): Promise<void> {
  await tx.$queryRaw`
    select 1 from social_account where id = any(${[...socialAccountIds]}::uuid[]) order by id for no key update`;
}

/** Locks the accounts that a post goes to, before anybody locks the post itself. */
export async function lockAccountsOf(tx: Tx, postId: string): Promise<void> {
  await tx.$queryRaw`
    select 1 from social_account
    where id in (select social_account_id from post_target where post_id = ${postId}::uuid) order by id for no key update`;
}
