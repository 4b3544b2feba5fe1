import { z } from "zod";
import type { Config } from "../config.ts";
import { type RequestOrigin, recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Db, Transact } from "../infra/db.ts";
import { enqueue } from "../infra/jobs.ts";
import { parseInput } from "../infra/parse-input.ts";
import type { PasswordHasher } from "../infra/password-hash.ts";
import { forgiveTries, requireTries } from "../infra/rate-limit.ts";
import type { Revocations } from "../infra/revocations.ts";
import { endApiTokens } from "./end-api-tokens.ts";
import { endSessions } from "./end-sessions.ts";
import { InvalidLinkError } from "./errors.ts";
import { sendAccountNoticeJob } from "./jobs.ts";
import { voidMailLinks } from "./order-mail-link.ts";
import { newPassword, refuseOwnWords } from "./password-rule.ts";
import { accountKey, linkTries } from "./try-limits.ts";
import { findMailLink, useMailLink } from "./use-mail-link.ts";

const reset = z.object({ token: z.string(), newPassword });

/**
 * Sets a new password by a mailed link, which is used up; all sessions and API tokens end, and the address is verified, since
 * its mail was read. Answers how many sessions ended. Throws an {@link InvalidLinkError} for a link that does not count, a `ValidationError`
 * for a password out of rule (which uses nothing up), a `TooManyAttemptsError` or an `OverloadedError`.
 */
export async function resetPassword(
  services: {
    config: Config;
    db: Db;
    transact: Transact;
    clock: Clock;
    passwords: PasswordHasher;
    revocations: Pick<Revocations, "refresh">;
  },
  origin: RequestOrigin,
  input: z.input<typeof reset>,
): Promise<number> {
  const { token, newPassword: password } = parseInput(reset, input);
  const { config, db, transact, clock, passwords, revocations } = services;
  return passwords.admit(async () => {
    await requireTries(services, linkTries(config, origin.address));
    const now = clock.now();
    const link = await findMailLink(db, "RESET_PASSWORD", token, now);
    if (link.usedAt !== null) throw new InvalidLinkError();
    refuseOwnWords(password, link.user, ["newPassword"]);
    const passwordHash = await passwords.hash(password);
    const { userId, user } = link;
    const ended = await transact(async (tx) => {
      await useMailLink(tx, link.id, now);
      // The password before the sessions: see `holdPassword`.
      await tx.user.update({
        where: { id: userId },
        data: { passwordHash, emailVerifiedAt: user.emailVerifiedAt ?? now },
        select: { id: true },
      });
      await voidMailLinks(tx, { purpose: "RESET_PASSWORD", userId }, now);
      // Whoever gets an account back by its mail may be getting it back from somebody, who keeps no way in.
      await endApiTokens(tx, { userId }, now);
      const sessions = await endSessions(tx, { userId }, { reason: "password-reset", now });
      const auditEntryId = await recordAudit(tx, { action: "PASSWORD_RESET", at: now, userId, origin });
      await enqueue(tx, sendAccountNoticeJob, [{ payload: { auditEntryId } }]);
      return sessions.length;
    });
    await revocations.refresh();
    // Whoever forgot their password has tried some: they may sign in with the new one at once.
    await forgiveTries(services, accountKey(user.emailKey, origin.address));
    return ended;
  });
}
