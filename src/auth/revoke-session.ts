import type { SignedInViewer } from "../graphql/context.ts";
import { recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
import { NotFoundError } from "../infra/errors.ts";
import type { Revocations } from "../infra/revocations.ts";
import { endSessions } from "./end-sessions.ts";

/** Ends one of one's own sessions. Throws a {@link NotFoundError} for one that is somebody else's, ended, or not there. */
export async function revokeSession(
  services: { transact: Transact; clock: Clock; revocations: Pick<Revocations, "refresh"> },
  { userId, sessionId: current, origin }: SignedInViewer,
  sessionId: string,
): Promise<void> {
  const now = services.clock.now();
  await services.transact(async (tx) => {
    const ended = await endSessions(tx, { userId, only: [sessionId] }, { reason: "revoked", now });
    if (ended.length === 0) throw new NotFoundError("session");
    const details = { from: current };
    await recordAudit(tx, { action: "SESSION_REVOKED", at: now, userId, sessionId, origin, details });
  });
  await services.revocations.refresh();
}
