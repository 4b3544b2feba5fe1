import { createHash, randomBytes } from "node:crypto";
import type { MailLinkPurpose } from "../generated/prisma/enums.ts";
import type { Db, Tx } from "../infra/db.ts";
import { emailKey } from "./email.ts";
import { InvalidLinkError } from "./errors.ts";

const shape = /^[\w-]{43}$/;

/** A fresh secret for a link. */
export const newLinkSecret = (): string => randomBytes(32).toString("base64url");

/** How it is kept. It is random enough that a plain hash cannot be guessed back. */
export const linkSecretHash = (secret: string): string => createHash("sha256").update(secret).digest("base64url");

/**
 * The link of a secret, with its user. Throws an {@link InvalidLinkError} for one that never was, has expired, is of another
 * purpose, was sent to an address that is the user's no more, or whose user is disabled. It may have been used: see `usedAt`.
 */
export async function findMailLink(db: Db, purpose: MailLinkPurpose, secret: string, now: Date) {
  const link = shape.test(secret)
    ? await db.mailLink.findUnique({
        where: { secretHash: linkSecretHash(secret) },
        include: {
          user: {
            select: { email: true, emailKey: true, displayName: true, emailVerifiedAt: true, disabledAt: true },
          },
        },
      })
    : null;
  if (link === null || link.purpose !== purpose || link.expiresAt <= now) throw new InvalidLinkError();
  if (link.user.disabledAt !== null || emailKey(link.email) !== link.user.emailKey) throw new InvalidLinkError();
  return link;
}

/** Uses a link up, in the transaction that does what it is for. Throws an {@link InvalidLinkError} when another was faster. */
export async function useMailLink(tx: Tx, id: string, now: Date): Promise<void> {
  const { count } = await tx.mailLink.updateMany({ where: { id, usedAt: null }, data: { usedAt: now } });
  if (count === 0) throw new InvalidLinkError();
}
