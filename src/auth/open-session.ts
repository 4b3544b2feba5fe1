import type { AccessTokenSubject } from "../graphql/context.ts";
import type { RequestOrigin } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Tx } from "../infra/db.ts";
import { formatRefreshToken, newTokenParts, partHash } from "./refresh-token.ts";

const day = 24 * 60 * 60_000;
/** A session that is not used for so long is over, in milliseconds. */
const idleLifetime = 30 * day;
/** And every session is over after this, in milliseconds. */
const longestLifetime = 180 * day;

/** When a session ends that is used now. */
export const sessionEnd = (createdAt: Date, now: Date): Date =>
  new Date(Math.min(now.getTime() + idleLifetime, createdAt.getTime() + longestLifetime));

/** A fresh sign-in: what an access token is issued for, and what it is renewed with. */
export interface SignedIn extends AccessTokenSubject {
  readonly refreshToken: string;
  /** When the refresh token ends if it is not used. */
  readonly refreshExpiresAt: Date;
}

/** Opens a session for somebody whose identity is proven, in the transaction that proves it. */
export async function openSession(
  tx: Tx,
  { clock }: { readonly clock: Clock },
  subject: Omit<AccessTokenSubject, "sessionId">,
  origin: RequestOrigin,
): Promise<SignedIn> {
  const now = clock.now();
  const parts = newTokenParts();
  const expiresAt = sessionEnd(now, now);
  const { id: sessionId } = await tx.session.create({
    data: {
      ...{ userId: subject.userId, ...origin },
      ...{ familyHash: partHash(parts.family), tokenHash: partHash(parts.own) },
      ...{ createdAt: now, lastUsedAt: now, expiresAt },
    },
    select: { id: true },
  });
  const refreshToken = formatRefreshToken({ sessionId, ...parts });
  return { ...subject, sessionId, refreshToken, refreshExpiresAt: expiresAt };
}
