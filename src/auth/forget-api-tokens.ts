import { addMilliseconds, type Clock } from "../infra/clock.ts";
import type { Db } from "../infra/db.ts";

/** How long an API token's row is kept after it ended, in milliseconds. What it did stays in the audit log. */
export const apiTokenRetention = 90 * 24 * 60 * 60_000;

/** Deletes API tokens that were revoked or have run out long ago. Answers how many. */
export async function forgetApiTokens({ db, clock }: { db: Db; clock: Clock }): Promise<number> {
  const past = { lt: addMilliseconds(clock.now(), -apiTokenRetention) };
  const { count } = await db.apiToken.deleteMany({ where: { OR: [{ revokedAt: past }, { expiresAt: past }] } });
  return count;
}
