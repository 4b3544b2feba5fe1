import { z } from "zod";
import type { Config } from "../config.ts";
import { type RequestOrigin, recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Db, Transact } from "../infra/db.ts";
import { parseInput } from "../infra/parse-input.ts";
import type { PasswordHasher } from "../infra/password-hash.ts";
import { requireTries } from "../infra/rate-limit.ts";
import { emailAddress, emailKey } from "./email.ts";
import { EmailTakenError } from "./errors.ts";
import { openSession, type SignedIn } from "./open-session.ts";
import { orderMailLink } from "./order-mail-link.ts";
import { newPassword, refuseOwnWords } from "./password-rule.ts";
import { newDisplayName } from "./profile.ts";
import { registrationTries } from "./try-limits.ts";

const registration = z.object({
  email: emailAddress,
  password: newPassword,
  displayName: newDisplayName,
});

/**
 * Makes an account with its personal workspace, signs it in, and has a mail sent that verifies its address. Throws a
 * `ValidationError` for input out of rule, an {@link EmailTakenError} for an address in use, a `TooManyAttemptsError` after too
 * many accounts from one place, and an `OverloadedError` when too many people sign in at this moment.
 */
export async function register(
  services: { config: Config; db: Db; transact: Transact; clock: Clock; passwords: PasswordHasher },
  origin: RequestOrigin,
  input: z.input<typeof registration>,
): Promise<SignedIn> {
  const { email, password, displayName } = parseInput(registration, input);
  refuseOwnWords(password, { email, displayName }, ["password"]);
  const { passwords, config, clock, transact } = services;
  return passwords.admit(async () => {
    await requireTries(services, registrationTries(config, origin.address));
    const passwordHash = await passwords.hash(password);
    return transact(async (tx) => {
      const account = { email, emailKey: emailKey(email), displayName, passwordHash };
      // One statement that waits for a registration of the same address in flight, and makes nothing when that one wins.
      const [user] = await tx.user.createManyAndReturn({ data: [account], skipDuplicates: true, select: { id: true } });
      if (user === undefined) throw new EmailTakenError(email);
      const workspace = await tx.workspace.create({
        data: {
          name: `${displayName}'s workspace`,
          personalOf: user.id,
          members: { create: { userId: user.id, role: "OWNER" } },
        },
        select: { id: true },
      });
      const subject = { userId: user.id, personalWorkspaceId: workspace.id, isOperator: false };
      const session = await openSession(tx, services, subject, origin);
      const now = clock.now();
      await orderMailLink(tx, { purpose: "VERIFY_EMAIL", user: { id: user.id, email } }, now);
      const { sessionId } = session;
      await recordAudit(tx, { action: "REGISTERED", at: now, userId: user.id, sessionId, origin });
      return session;
    });
  });
}
