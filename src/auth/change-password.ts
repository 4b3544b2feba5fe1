import { z } from "zod";
import type { Config } from "../config.ts";
import type { SignedInViewer } from "../graphql/context.ts";
import { recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Db, Transact } from "../infra/db.ts";
import { enqueue } from "../infra/jobs.ts";
import { parseInput } from "../infra/parse-input.ts";
import type { PasswordHasher } from "../infra/password-hash.ts";
import type { Revocations } from "../infra/revocations.ts";
import { endSessions } from "./end-sessions.ts";
import { WrongPasswordError } from "./errors.ts";
import { sendAccountNoticeJob } from "./jobs.ts";
import { voidMailLinks } from "./order-mail-link.ts";
import { newPassword, refuseOwnWords } from "./password-rule.ts";
import { provePassword } from "./prove-password.ts";

const change = z.object({
  currentPassword: z.string().max(1_000, "The password is longer than 1,000 characters."),
  newPassword,
});

/**
 * Changes the password of somebody who knows the current one; all other sessions end. Answers how many did. Throws a
 * {@link WrongPasswordError}, a `ValidationError`, a `TooManyAttemptsError` or an `OverloadedError`.
 */
export async function changePassword(
  services: {
    config: Config;
    db: Db;
    transact: Transact;
    clock: Clock;
    passwords: PasswordHasher;
    revocations: Pick<Revocations, "refresh">;
  },
  viewer: SignedInViewer,
  input: z.input<typeof change>,
): Promise<number> {
  const { currentPassword, newPassword: password } = parseInput(change, input);
  const { transact, clock, passwords, revocations } = services;
  const { userId, sessionId, origin } = viewer;
  return passwords.admit(async () => {
    const proven = await provePassword(services, viewer, currentPassword);
    refuseOwnWords(password, proven, ["newPassword"]);
    const passwordHash = await passwords.hash(password);
    const now = clock.now();
    const ended = await transact(async (tx) => {
      const unchanged = { id: userId, passwordHash: proven.passwordHash };
      // The password before the sessions: see `holdPassword`.
      const { count } = await tx.user.updateMany({ where: unchanged, data: { passwordHash } });
      if (count === 0) throw new WrongPasswordError();
      await voidMailLinks(tx, { purpose: "RESET_PASSWORD", userId }, now);
      const sessions = await endSessions(tx, { userId, except: sessionId }, { reason: "password-changed", now });
      const auditEntryId = await recordAudit(tx, { action: "PASSWORD_CHANGED", at: now, userId, sessionId, origin });
      await enqueue(tx, sendAccountNoticeJob, [{ payload: { auditEntryId } }]);
      return sessions.length;
    });
    await revocations.refresh();
    return ended;
  });
}
