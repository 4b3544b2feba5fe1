import { addMilliseconds, type Clock } from "../infra/clock.ts";
import type { Db } from "../infra/db.ts";

/** How long an invitation is kept after it can no longer be accepted, in milliseconds: it holds somebody's address. */
export const invitationRetention = 90 * 24 * 60 * 60_000;

/** Deletes invitations that were accepted, taken back or have run out long ago. Answers how many. */
export async function forgetInvitations({ db, clock }: { db: Db; clock: Clock }): Promise<number> {
  const past = { lt: addMilliseconds(clock.now(), -invitationRetention) };
  const { count } = await db.invitation.deleteMany({
    where: { OR: [{ acceptedAt: past }, { revokedAt: past }, { expiresAt: past }] },
  });
  return count;
}
