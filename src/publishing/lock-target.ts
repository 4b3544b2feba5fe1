import type { Tx } from "../infra/db.ts";
import { type TargetToPublish, targetToPublish } from "./publish-request.ts";

/**
 * Locks a target for the rest of the transaction, with its account: of one account's targets one is claimed or settled at a
 * time. Always the account first, then the target. What the transaction writes survives a power cut, whatever the database's
 * default says. Null where there is none.
 */
export async function lockTarget(tx: Tx, targetId: string): Promise<TargetToPublish | null> {
  await tx.$executeRaw`set local synchronous_commit = on`;
  // Weaker than FOR UPDATE: posts that are written for the account meanwhile need not wait.
  await tx.$queryRaw`
    select 1 from social_account
    where id = (select social_account_id from post_target where id = ${targetId}::uuid) for no key update`;
  await tx.$queryRaw`select 1 from post_target where id = ${targetId}::uuid for update`;
  return tx.postTarget.findUnique({ where: { id: targetId }, include: targetToPublish });
}
