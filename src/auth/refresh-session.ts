import { type RequestOrigin, recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Db, Transact } from "../infra/db.ts";
import { enqueue } from "../infra/jobs.ts";
import type { Revocations } from "../infra/revocations.ts";
import { endSessions } from "./end-sessions.ts";
import { InvalidRefreshTokenError } from "./errors.ts";
import { sendAccountNoticeJob } from "./jobs.ts";
import { type SignedIn, sessionEnd } from "./open-session.ts";
import {
  childOf,
  formatRefreshToken,
  newSalt,
  parseRefreshToken,
  partHash,
  type RefreshToken,
} from "./refresh-token.ts";

/** How long the parent of the live token still leads to it, in milliseconds: answers get lost, and tabs refresh at once. */
export const parentTolerance = 10_000;

/** Looks at a session again so often when others rotate it at the same moment; each look sees a later token. */
const looks = 5;

interface RefreshServices {
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly revocations: Pick<Revocations, "refresh">;
}

/**
 * Renews a session by its refresh token. The live token is used up and replaced by its child; its parent, within ten seconds,
 * leads to the same child, so that parallel refreshes and lost answers neither fork the session nor end it; anything older
 * that was once real has been copied, and ends the session. Throws an {@link InvalidRefreshTokenError} for whatever does not
 * count, without saying why. Who only knows a session's id can neither renew nor end it: that takes its family's secret.
 */
export async function refreshSession(
  services: RefreshServices,
  origin: RequestOrigin,
  refreshToken: string,
): Promise<SignedIn> {
  const token = parseRefreshToken(refreshToken);
  if (token === null) throw new InvalidRefreshTokenError();
  for (let look = 0; look < looks; look += 1) {
    const session = await findSession(services.db, token);
    const now = services.clock.now();
    if (session === null || session.expiresAt <= now) throw new InvalidRefreshTokenError();
    const own = partHash(token.own);
    if (own === session.tokenHash) {
      const renewed = await rotate(services, { token, session, origin, now });
      if (renewed !== null) return renewed;
      continue; // Somebody was faster: the token is the parent by now, or the session has ended.
    }
    if (own === session.parentHash && isRecent(session.rotatedAt, now) && session.childSalt !== null) {
      return signedIn(session, childOf(token, session.childSalt), session.expiresAt);
    }
    await endCopied(services, { session, origin, now });
    throw new InvalidRefreshTokenError();
  }
  throw new InvalidRefreshTokenError();
}

/** A clock that was set back is no reason to believe a copy: the distance counts in both directions. */
const isRecent = (rotatedAt: Date | null, now: Date) =>
  rotatedAt !== null && Math.abs(now.getTime() - rotatedAt.getTime()) <= parentTolerance;

type LiveSession = NonNullable<Awaited<ReturnType<typeof findSession>>>;

/** The session of a token that was once real, while it is live. */
async function findSession(db: Db, { sessionId, family }: RefreshToken) {
  const session = await db.session.findUnique({
    where: { id: sessionId },
    include: { user: { select: { isOperator: true, disabledAt: true, personalWorkspace: { select: { id: true } } } } },
  });
  if (session === null || session.familyHash !== partHash(family)) return null;
  return session.revokedAt === null && session.user.disabledAt === null ? session : null;
}

interface Rotation {
  readonly token: RefreshToken;
  readonly session: LiveSession;
  readonly origin: RequestOrigin;
  readonly now: Date;
}

/** Replaces the live token in one statement, whose condition only one of all who try at once can meet; null for the others. */
async function rotate({ db }: RefreshServices, { token, session, origin, now }: Rotation): Promise<SignedIn | null> {
  const childSalt = newSalt();
  const child = childOf(token, childSalt);
  const expiresAt = sessionEnd(session.createdAt, now);
  const { count } = await db.session.updateMany({
    where: { id: session.id, tokenHash: session.tokenHash, revokedAt: null },
    data: {
      ...{ tokenHash: partHash(child.own), parentHash: session.tokenHash, childSalt, rotatedAt: now },
      ...{ lastUsedAt: now, expiresAt, ...origin },
    },
  });
  return count === 1 ? signedIn(session, child, expiresAt) : null;
}

/** Ends a session of which an old token is in somebody's hands, and tells its user. */
async function endCopied(
  { transact, revocations }: RefreshServices,
  { session, origin, now }: Omit<Rotation, "token">,
): Promise<void> {
  const { id: sessionId, userId } = session;
  await transact(async (tx) => {
    const ended = await endSessions(tx, { userId, only: [sessionId] }, { reason: "refresh-token-reused", now });
    if (ended.length === 0) return;
    const action = "REFRESH_TOKEN_REUSED";
    const auditEntryId = await recordAudit(tx, { action, at: now, userId, sessionId, origin });
    await enqueue(tx, sendAccountNoticeJob, [{ payload: { auditEntryId } }]);
  });
  await revocations.refresh();
}

function signedIn({ id, userId, user }: LiveSession, token: RefreshToken, refreshExpiresAt: Date): SignedIn {
  if (user.personalWorkspace === null) throw new Error(`User ${userId} has no personal workspace.`);
  return {
    ...{ userId, sessionId: id, personalWorkspaceId: user.personalWorkspace.id, isOperator: user.isOperator },
    ...{ refreshToken: formatRefreshToken(token), refreshExpiresAt },
  };
}
