import { z } from "zod";
import type { Config } from "../config.ts";
import type { MailLinkPurpose } from "../generated/prisma/enums.ts";
import { type RequestOrigin, recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Db, Transact } from "../infra/db.ts";
import { parseInput } from "../infra/parse-input.ts";
import { requireTries } from "../infra/rate-limit.ts";
import { emailAddress, emailKey } from "./email.ts";
import { orderMailLink } from "./order-mail-link.ts";
import { mailTries } from "./try-limits.ts";

const request = z.object({ email: emailAddress });

/**
 * Has a link mailed to the owner of an address, where there is one who can use it. Whether there is shows neither in the answer
 * nor in the statements it takes. Throws a `TooManyAttemptsError` after too many requests for one address or from one place.
 */
export async function requestMailLink(
  services: { config: Config; db: Db; transact: Transact; clock: Clock },
  origin: RequestOrigin,
  purpose: MailLinkPurpose,
  input: z.input<typeof request>,
): Promise<void> {
  const { db, transact, clock, config } = services;
  const key = emailKey(parseInput(request, input).email);
  await requireTries(services, mailTries(config, key, origin.address));
  const found = await db.user.findUnique({
    where: { emailKey: key },
    select: { id: true, email: true, emailVerifiedAt: true, disabledAt: true },
  });
  const done = purpose === "VERIFY_EMAIL" && found?.emailVerifiedAt;
  const user = found === null || found.disabledAt !== null || done ? null : found;
  const now = clock.now();
  await transact(async (tx) => {
    await orderMailLink(tx, { purpose, user }, now);
    if (purpose !== "RESET_PASSWORD") return;
    await recordAudit(tx, { action: "PASSWORD_RESET_REQUESTED", at: now, userId: user?.id ?? null, origin });
  });
}
