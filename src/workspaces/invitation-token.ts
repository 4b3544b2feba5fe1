import { createHash, randomBytes } from "node:crypto";
import type { Prisma } from "../generated/prisma/client.ts";

/** How long an invitation can be accepted, in milliseconds. */
export const invitationLifetime = 14 * 24 * 60 * 60_000;

/** The secret of an invitation's link: 256 random bits. */
export const newInvitationToken = (): string => randomBytes(32).toString("base64url");

/** The form in which it is kept. It is random enough that a plain hash cannot be guessed back. */
export const invitationTokenHash = (token: string): string => createHash("sha256").update(token).digest("base64url");

/** The condition that an invitation can still be accepted. */
export const openInvitation = (now: Date) =>
  ({ acceptedAt: null, revokedAt: null, expiresAt: { gt: now } }) satisfies Prisma.InvitationWhereInput;

/** An address as those see it who do not know it: the first letters, and how it ends. */
export function maskedEmail(email: string): string {
  const at = email.lastIndexOf("@");
  const domain = email.slice(at + 1);
  const dot = domain.lastIndexOf(".");
  const [first = ""] = email;
  const [firstOfDomain = ""] = domain;
  return `${first}***@${firstOfDomain}***${domain.slice(dot)}`;
}
