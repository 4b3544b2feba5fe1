import type { Viewer } from "../graphql/context.ts";
import { type RequestOrigin, recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Db, Transact } from "../infra/db.ts";
import { ForbiddenError, UnauthenticatedError } from "../infra/errors.ts";
import type { Revocations } from "../infra/revocations.ts";
import { endSessions } from "./end-sessions.ts";
import { InvalidRefreshTokenError } from "./errors.ts";
import { parseRefreshToken, partHash } from "./refresh-token.ts";

/**
 * Ends one session: that of the refresh token, or else that of the access token. A refresh token needs no access token beside
 * it and may be an older one of its session: whoever held it was signed in there. Answers the id of the session. Throws an
 * {@link InvalidRefreshTokenError} for one that leads to no live session, and an `UnauthenticatedError` without either
 * (a `ForbiddenError` for an API token).
 */
export async function logout(
  services: { db: Db; transact: Transact; clock: Clock; revocations: Pick<Revocations, "refresh"> },
  origin: RequestOrigin,
  viewer: Pick<Viewer, "userId" | "sessionId"> | null,
  refreshToken: string | null,
): Promise<string> {
  const { db, transact, clock, revocations } = services;
  const session = refreshToken === null ? sessionOf(viewer) : await findSession(db, refreshToken);
  const { id: sessionId, userId } = session;
  const now = clock.now();
  await transact(async (tx) => {
    const ended = await endSessions(tx, { userId, only: [sessionId] }, { reason: "signed-out", now });
    if (ended.length > 0) await recordAudit(tx, { action: "SIGNED_OUT", at: now, userId, sessionId, origin });
  });
  await revocations.refresh();
  return sessionId;
}

function sessionOf(viewer: Pick<Viewer, "userId" | "sessionId"> | null): { id: string; userId: string } {
  if (viewer === null)
    throw new UnauthenticatedError("Nobody is signed in: send the access token, the refresh token, or its cookie.");
  if (viewer.sessionId === null)
    throw new ForbiddenError("An API token has no session to end. Revoke the token instead.");
  return { id: viewer.sessionId, userId: viewer.userId };
}

async function findSession(db: Db, refreshToken: string): Promise<{ id: string; userId: string }> {
  const token = parseRefreshToken(refreshToken);
  const session =
    token === null
      ? null
      : await db.session.findUnique({
          where: { id: token.sessionId },
          select: { id: true, userId: true, familyHash: true, revokedAt: true },
        });
  if (session === null || token === null || session.familyHash !== partHash(token.family) || session.revokedAt !== null)
    throw new InvalidRefreshTokenError();
  return session;
}
