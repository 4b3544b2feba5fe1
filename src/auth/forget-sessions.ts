import { addMilliseconds, type Clock } from "../infra/clock.ts";
import type { Db } from "../infra/db.ts";

/** How long ended sessions and mailed links are kept after their time, in milliseconds: for whoever looks into a theft. */
const retention = 30 * 24 * 60 * 60_000;

/** Deletes sessions and mailed links whose time ended long ago; ended sessions have a time as well. Answers how many. */
export async function forgetSessions({ db, clock }: { db: Db; clock: Clock }): Promise<number> {
  const where = { expiresAt: { lt: addMilliseconds(clock.now(), -retention) } };
  const sessions = await db.session.deleteMany({ where });
  const links = await db.mailLink.deleteMany({ where });
  return sessions.count + links.count;
}
