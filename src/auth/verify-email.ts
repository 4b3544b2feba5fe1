import { z } from "zod";
import type { Config } from "../config.ts";
import { type RequestOrigin, recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Db, Transact } from "../infra/db.ts";
import { parseInput } from "../infra/parse-input.ts";
import { requireTries } from "../infra/rate-limit.ts";
import { InvalidLinkError } from "./errors.ts";
import { linkTries } from "./try-limits.ts";
import { findMailLink, useMailLink } from "./use-mail-link.ts";

const verification = z.object({ token: z.string() });

/**
 * Verifies an address by a link that was mailed to it, and answers the address. A link that did so already answers the same
 * again: people click twice. Throws an {@link InvalidLinkError} for one that does not count, or a `TooManyAttemptsError`.
 */
export async function verifyEmail(
  services: { config: Config; db: Db; transact: Transact; clock: Clock },
  origin: RequestOrigin,
  input: z.input<typeof verification>,
): Promise<string> {
  const { token } = parseInput(verification, input);
  const { config, db, transact, clock } = services;
  await requireTries(services, linkTries(config, origin.address));
  const now = clock.now();
  const { id, userId, user, usedAt } = await findMailLink(db, "VERIFY_EMAIL", token, now);
  if (usedAt !== null) {
    if (user.emailVerifiedAt === null) throw new InvalidLinkError();
    return user.email;
  }
  await transact(async (tx) => {
    await useMailLink(tx, id, now);
    await tx.user.update({ where: { id: userId }, data: { emailVerifiedAt: now }, select: { id: true } });
    await recordAudit(tx, { action: "EMAIL_VERIFIED", at: now, userId, origin });
  });
  return user.email;
}
