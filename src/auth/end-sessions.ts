import type { Tx } from "../infra/db.ts";
import { recordRevocations } from "../infra/revocations.ts";

/** Why a session was ended; kept with it. */
export type SessionEndReason =
  | "signed-out"
  | "signed-out-everywhere"
  | "revoked"
  | "refresh-token-reused"
  | "password-changed"
  | "password-reset"
  | "erasure-requested"
  | "user-disabled";

/**
 * Ends live sessions of a user, in the transaction that has the reason for it: all of them, only some, or all but one. Their
 * refresh tokens are void at once; access tokens and sockets end within a second or two in every process. Await
 * `revocations.refresh()` after the commit, so that this process knows before it answers. Returns the ids of what ended.
 */
export async function endSessions(
  tx: Tx,
  sessions: {
    readonly userId: string;
    readonly only?: readonly string[] | undefined;
    readonly except?: string | null | undefined;
  },
  { reason, now }: { readonly reason: SessionEndReason; readonly now: Date },
): Promise<string[]> {
  const { userId, only, except } = sessions;
  const ended = await tx.session.updateManyAndReturn({
    where: {
      ...{ userId, revokedAt: null },
      AND: [only === undefined ? {} : { id: { in: [...only] } }, except ? { id: { not: except } } : {}],
    },
    data: { revokedAt: now, revokedReason: reason },
    select: { id: true },
  });
  const ids = ended.map(({ id }) => id);
  await recordRevocations(tx, ids);
  return ids;
}
