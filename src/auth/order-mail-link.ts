import { randomUUID } from "node:crypto";
import type { MailLinkPurpose } from "../generated/prisma/enums.ts";
import { addMilliseconds } from "../infra/clock.ts";
import type { Tx } from "../infra/db.ts";
import { enqueue } from "../infra/jobs.ts";
import { sendMailLinkJob } from "./jobs.ts";

const hour = 60 * 60_000;

/** How long a link works, in milliseconds. */
const lifetimes = { RESET_PASSWORD: hour, VERIFY_EMAIL: 72 * hour } as const satisfies Record<MailLinkPurpose, number>;

/** No user has this id. */
const nobody = "00000000-0000-0000-0000-000000000000";

/**
 * Has a link mailed, in the transaction that has the reason for it; earlier ones for the same purpose are void. Without a user
 * it takes the same statements and sends nothing, so that whoever measures the time learns nothing.
 */
export async function orderMailLink(
  tx: Tx,
  link: { readonly purpose: MailLinkPurpose; readonly user: { readonly id: string; readonly email: string } | null },
  now: Date,
): Promise<void> {
  const { purpose, user } = link;
  await voidMailLinks(tx, { purpose, userId: user?.id ?? nobody }, now);
  const expiresAt = addMilliseconds(now, lifetimes[purpose]);
  const { id: mailLinkId } =
    user === null
      ? ((await tx.mailLink.findUnique({ where: { id: nobody }, select: { id: true } })) ?? { id: randomUUID() })
      : await tx.mailLink.create({
          data: { userId: user.id, purpose, email: user.email, createdAt: now, expiresAt },
          select: { id: true },
        });
  await enqueue(tx, sendMailLinkJob, [{ payload: { mailLinkId } }]);
}

/** Makes every open link of a user for one purpose void. */
export async function voidMailLinks(
  tx: Tx,
  link: { readonly purpose: MailLinkPurpose; readonly userId: string },
  now: Date,
): Promise<void> {
  await tx.mailLink.updateMany({ where: { ...link, usedAt: null }, data: { usedAt: now } });
}
