import type { Clock } from "../infra/clock.ts";
import type { Db } from "../infra/db.ts";
import { rateKey, requireTries } from "../infra/rate-limit.ts";

/** Accounts that one user may try to connect. Each try asks somebody else's server, and may guess a password there. */
const connectionBudget = { burst: 30, period: 10 * 60_000 };

/** Takes one try to connect an account. Throws a `TooManyAttemptsError`. */
export async function requireConnectionTry(
  services: { readonly db: Db; readonly clock: Clock },
  userId: string,
): Promise<void> {
  await requireTries(services, [{ key: rateKey("connect-account", userId), budget: connectionBudget }]);
}
