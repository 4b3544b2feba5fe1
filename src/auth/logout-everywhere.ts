import type { SignedInViewer } from "../graphql/context.ts";
import { recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
import type { Revocations } from "../infra/revocations.ts";
import { endSessions } from "./end-sessions.ts";

/** Ends all sessions of somebody signed in, or all but the one they are using. Answers how many ended. */
export async function logoutEverywhere(
  services: { transact: Transact; clock: Clock; revocations: Pick<Revocations, "refresh"> },
  { userId, sessionId, origin }: SignedInViewer,
  { keepCurrent }: { readonly keepCurrent: boolean },
): Promise<number> {
  const now = services.clock.now();
  const except = keepCurrent ? sessionId : null;
  const ended = await services.transact(async (tx) => {
    const ids = await endSessions(tx, { userId, except }, { reason: "signed-out-everywhere", now });
    const details = { ended: ids.length, keptCurrent: keepCurrent };
    await recordAudit(tx, { action: "SIGNED_OUT_EVERYWHERE", at: now, userId, sessionId, origin, details });
    return ids.length;
  });
  await services.revocations.refresh();
  return ended;
}
