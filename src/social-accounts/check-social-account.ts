import type { Clock } from "../infra/clock.ts";
import type { Db } from "../infra/db.ts";
import { ConflictError } from "../infra/errors.ts";
import { rateKey, requireTries } from "../infra/rate-limit.ts";
import type { Actor } from "../workspaces/require-member.ts";
import { askPlatformAboutAccount, type CheckServices } from "./check-account.ts";
import { PlatformUnavailableError } from "./errors.ts";
import { findAccountToChange, requireConnected } from "./find-account.ts";
import type { AccountRequest } from "./pause-social-account.ts";

/** One account may be checked so often. */
const checkBudget = { burst: 5, period: 5 * 60_000 };

/**
 * Asks the platform now whether an account still lets us in, renewing its access first where that is due. Whatever it says is
 * written down. Throws a `NotFoundError`, a `ForbiddenError`, a `ConflictError` for a disconnected account, a
 * `TooManyAttemptsError`, and a {@link PlatformUnavailableError} when nothing could be found out.
 */
export async function checkSocialAccount(
  services: CheckServices & { readonly db: Db; readonly clock: Clock },
  viewer: Actor,
  { socialAccountId }: AccountRequest,
): Promise<AccountRequest> {
  await services.transact(async (tx) => requireConnected(await findAccountToChange(tx, viewer, socialAccountId)));
  await requireTries(services, [{ key: rateKey("check-account", socialAccountId), budget: checkBudget }]);
  const outcome = await askPlatformAboutAccount(services, socialAccountId);
  if (outcome === null) throw new ConflictError("The account was disconnected meanwhile. Connect it again first.");
  if (outcome.kind === "unavailable") throw new PlatformUnavailableError(outcome.message);
  if (outcome.kind === "rate-limited") {
    const when = outcome.retryAt === null ? "later" : `after ${outcome.retryAt.toISOString()}`;
    throw new PlatformUnavailableError(`${outcome.message} Try again ${when}.`);
  }
  return { socialAccountId };
}
