import type { Tx } from "../infra/db.ts";
import { recordRevocations } from "../infra/revocations.ts";

/**
 * Revokes live API tokens of a user, in the transaction that has the reason for it: one, those that were made for a workspace,
 * or all. They count no more for new requests at once; sockets end within a second or two in every process. Await
 * `revocations.refresh()` after the commit, so that this process knows before it answers. Returns the ids of what was revoked.
 */
export async function endApiTokens(
  tx: Tx,
  tokens: { readonly userId: string; readonly id?: string; readonly workspaceId?: string },
  now: Date,
): Promise<string[]> {
  const ended = await tx.apiToken.updateManyAndReturn({
    where: { ...tokens, revokedAt: null },
    data: { revokedAt: now },
    select: { id: true },
  });
  const ids = ended.map(({ id }) => id);
  await recordRevocations(tx, ids);
  return ids;
}
