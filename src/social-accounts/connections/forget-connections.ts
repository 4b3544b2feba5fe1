import { addMilliseconds } from "../../infra/clock.ts";
import type { Logger } from "../../infra/log.ts";
import { endUnfinished, type UnfinishedServices } from "./end-unfinished.ts";

/** An attempt that ended can be looked at for so long, in milliseconds. */
const memory = 60 * 60_000;

/** Whoever decides at the last moment may go by a clock that is behind this one, by so many milliseconds at most. */
const clockSkew = 60_000;

/**
 * Forgets attempts to connect: what nobody finished in time loses its access at the platform and its secrets here, and an hour
 * later its row goes, like those of all others. Answers how many rows went.
 */
export async function forgetConnections(services: UnfinishedServices & { readonly log: Logger }): Promise<number> {
  const { db, clock, log } = services;
  const now = clock.now();
  await endUnfinished(services, { expiresAt: { lte: addMilliseconds(now, -clockSkew) } }, log);
  await db.connectionAttempt.updateMany({
    where: { expiresAt: { lte: now }, pending: { not: null } },
    data: { pending: null, stateHash: null },
  });
  const { count } = await db.connectionAttempt.deleteMany({
    where: { expiresAt: { lte: addMilliseconds(now, -memory) } },
  });
  return count;
}
