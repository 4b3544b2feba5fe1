import { createHash, randomBytes } from "node:crypto";
import type { ReviewLink } from "../../../generated/prisma/client.ts";
import { rolesWith } from "../../../graphql/permissions.ts";
import type { Db, Tx } from "../../../infra/db.ts";

/** The secret of a link: 256 random bits. */
export const newReviewSecret = (): string => randomBytes(32).toString("base64url");

/** The form in which it is kept. It is random enough that a plain hash cannot be guessed back. */
export const reviewSecretHash = (secret: string): string => createHash("sha256").update(secret).digest("base64url");

/**
 * Finds the link of a secret that still counts; null for one that never was, has run out, was revoked, or whose maker no longer reviews
 * posts of the workspace: it can do no more than they.
 */
export async function findReviewLink(db: Db | Tx, secret: string, now: Date): Promise<ReviewLink | null> {
  const link = await db.reviewLink.findUnique({ where: { secretHash: reviewSecretHash(secret) } });
  if (link === null || link.revokedAt !== null || link.expiresAt <= now || link.createdById === null) return null;
  const maker = await db.member.findFirst({
    where: {
      ...{ workspaceId: link.workspaceId, userId: link.createdById, user: { disabledAt: null } },
      role: { in: rolesWith("posts:review") },
    },
    select: { userId: true },
  });
  return maker === null ? null : link;
}
