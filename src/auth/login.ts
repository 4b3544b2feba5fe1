import { z } from "zod";
import type { Config } from "../config.ts";
import { type RequestOrigin, recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Db, Transact } from "../infra/db.ts";
import { parseInput } from "../infra/parse-input.ts";
import type { PasswordHasher } from "../infra/password-hash.ts";
import { forgiveTries } from "../infra/rate-limit.ts";
import { emailAddress, emailKey } from "./email.ts";
import { InvalidCredentialsError } from "./errors.ts";
import { holdPassword } from "./hold-password.ts";
import { openSession, type SignedIn } from "./open-session.ts";
import { takeSignInTry } from "./take-sign-in-try.ts";
import { accountKey } from "./try-limits.ts";

const credentials = z.object({
  email: emailAddress,
  password: z.string().max(1_000, "The password is longer than 1,000 characters."),
});

interface LoginServices {
  readonly config: Config;
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly passwords: PasswordHasher;
}

/**
 * Signs in. Throws an {@link InvalidCredentialsError} when address and password do not match or the user is disabled: an
 * unknown address costs the same statements and the same hash, and gets the same answer. Throws a `TooManyAttemptsError` when
 * there were too many tries, and an `OverloadedError` when too many people sign in at this moment.
 */
export async function login(
  services: LoginServices,
  origin: RequestOrigin,
  input: z.input<typeof credentials>,
): Promise<SignedIn> {
  const { email, password } = parseInput(credentials, input);
  const key = emailKey(email);
  return services.passwords.admit(async () => {
    await takeSignInTry(services, key, origin);
    // A second look, for when another sign-in renewed the stored hash between our look at it and our use of it.
    const attempt = { key, password, origin };
    const session = (await tryPassword(services, attempt)) ?? (await tryPassword(services, attempt));
    if (session === null) throw new InvalidCredentialsError();
    await forgiveTries(services, accountKey(key, origin.address));
    return session;
  });
}

interface Attempt {
  readonly key: string;
  readonly password: string;
  readonly origin: RequestOrigin;
}

/** Checks the password and opens the session; null when the password was changed while it was checked. */
async function tryPassword(services: LoginServices, { key, password, origin }: Attempt): Promise<SignedIn | null> {
  const { db, clock, passwords, transact } = services;
  const user = await db.user.findUnique({
    where: { emailKey: key },
    select: {
      ...{ id: true, passwordHash: true, isOperator: true, disabledAt: true },
      personalWorkspace: { select: { id: true } },
    },
  });
  const fits = await passwords.verify(user?.passwordHash ?? null, password);
  if (!fits || user === null || user.disabledAt !== null) {
    await recordAudit(db, { action: "SIGN_IN_FAILED", at: clock.now(), userId: user?.id ?? null, origin });
    throw new InvalidCredentialsError();
  }
  const { id: userId, isOperator, personalWorkspace, passwordHash } = user;
  if (personalWorkspace === null) throw new Error(`User ${userId} has no personal workspace.`);
  const subject = { userId, personalWorkspaceId: personalWorkspace.id, isOperator };
  const session = await transact(async (tx) => {
    if (!(await holdPassword(tx, userId, passwordHash))) return null;
    const opened = await openSession(tx, services, subject, origin);
    const { sessionId } = opened;
    await recordAudit(tx, { action: "SIGNED_IN", at: clock.now(), userId, sessionId, origin });
    return opened;
  });
  if (session !== null && passwords.isOutdated(passwordHash)) {
    const renewed = await passwords.hash(password);
    await db.user.updateMany({ where: { id: userId, passwordHash }, data: { passwordHash: renewed } });
  }
  return session;
}
