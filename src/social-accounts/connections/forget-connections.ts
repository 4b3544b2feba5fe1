import { addMilliseconds, type Clock } from "../../infra/clock.ts";
import type { Db } from "../../infra/db.ts";

/** An attempt that ended can be looked at for so long, in milliseconds. */
const memory = 60 * 60_000;

/**
 * Forgets attempts to connect: what nobody finished in time loses its secrets, and an hour later its row goes, like those of all
 * others. Answers how many rows went.
 */
export async function forgetConnections({ db, clock }: { readonly db: Db; readonly clock: Clock }): Promise<number> {
  const now = clock.now();
  await db.connectionAttempt.updateMany({
    where: { expiresAt: { lte: now }, OR: [{ pending: { not: null } }, { accounts: { not: null } }] },
    data: { pending: null, accounts: null, stateHash: null, ticketHash: null },
  });
  const { count } = await db.connectionAttempt.deleteMany({
    where: { expiresAt: { lte: addMilliseconds(now, -memory) } },
  });
  return count;
}
