import type { Config } from "../config.ts";
import type { Viewer } from "../graphql/context.ts";
import { recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Db } from "../infra/db.ts";
import { UnauthenticatedError } from "../infra/errors.ts";
import type { PasswordHasher } from "../infra/password-hash.ts";
import { forgiveTries, requireTries } from "../infra/rate-limit.ts";
import { WrongPasswordError } from "./errors.ts";
import { proofKey, proofTries } from "./try-limits.ts";

/**
 * Has somebody who is signed in prove that they know their password, and answers their account as it was checked; a stolen
 * access token is thus not enough. Throws a {@link WrongPasswordError}, a `TooManyAttemptsError`, or an `OverloadedError`; call
 * it inside `passwords.admit`.
 */
export async function provePassword(
  services: { config: Config; db: Db; clock: Clock; passwords: PasswordHasher },
  { userId, sessionId, origin }: Pick<Viewer, "userId" | "sessionId" | "origin">,
  password: string,
): Promise<{ readonly passwordHash: string; readonly email: string; readonly displayName: string }> {
  const { config, db, clock, passwords } = services;
  await requireTries(services, proofTries(config, userId, origin.address));
  const user = await db.user.findUnique({
    where: { id: userId },
    select: { passwordHash: true, email: true, displayName: true, disabledAt: true },
  });
  if (user === null || user.disabledAt !== null) throw new UnauthenticatedError("This account is gone or disabled.");
  if (!(await passwords.verify(user.passwordHash, password))) {
    const action = "SIGN_IN_FAILED";
    await recordAudit(db, { action, at: clock.now(), userId, sessionId, origin, details: { proof: true } });
    throw new WrongPasswordError();
  }
  await forgiveTries(services, proofKey(userId, origin.address));
  return user;
}
