import type { Config } from "../config.ts";
import { type RequestOrigin, recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Db } from "../infra/db.ts";
import { TooManyAttemptsError } from "../infra/errors.ts";
import { hostOf, networkOf } from "../infra/network-of.ts";
import { rateKey, takeTry } from "../infra/rate-limit.ts";
import { signInTries } from "./try-limits.ts";

/**
 * Counts one try to sign in to the account of an address's key, known or not. Throws a {@link TooManyAttemptsError} when a
 * budget is empty; the audit log hears of that once a period, so that whoever goes on trying does not fill it.
 */
export async function takeSignInTry(
  services: { config: Config; db: Db; clock: Clock },
  email: string,
  origin: RequestOrigin,
): Promise<void> {
  const { config, db, clock } = services;
  for (const { key, budget, countsAccount } of signInTries(config, email, origin.address)) {
    const verdict = await takeTry(services, key, budget);
    if (verdict.allowed) continue;
    const place = countsAccount ? [email, networkOf(origin.address)] : [hostOf(origin.address)];
    const told = await takeTry(services, rateKey("login-limited-told", ...place), { ...budget, burst: 1 });
    if (told.allowed) {
      const where = { emailKey: countsAccount ? email : "" };
      const user = await db.user.findUnique({ where, select: { id: true } });
      await recordAudit(db, { action: "SIGN_IN_LIMITED", at: clock.now(), userId: user?.id ?? null, origin });
    }
    throw new TooManyAttemptsError(verdict.retryAfter);
  }
}
