import type { ConnectionAttempt, Prisma } from "../../generated/prisma/client.ts";
import type { KeyRing } from "../../infra/key-ring.ts";
import type { Logger } from "../../infra/log.ts";
import type { ConnectableAccount } from "../../platforms/connection.ts";
import { type RevokeServices, revokeAccess } from "../revoke-access.ts";
import { openChoices } from "../sealed-credentials.ts";

/** Platforms that are asked at once. */
const concurrency = 5;

/** All of it may take this long, in milliseconds; what is left then waits for the next round. */
const patience = 2 * 60_000;

/** What ending unfinished attempts touches. */
export interface UnfinishedServices extends RevokeServices {
  readonly secretKeys: KeyRing;
}

/**
 * Ends what sign-ins opened that nobody finished: the access at its platform, as far as that can be done, and what opened it here,
 * whatever the platform says. Safe to run twice, or to break off.
 * @param which the attempts that nobody can finish any more.
 */
export async function endUnfinished(
  services: UnfinishedServices,
  which: Prisma.ConnectionAttemptWhereInput,
  log: Logger,
): Promise<void> {
  const late = AbortSignal.timeout(patience);
  for (;;) {
    const left = await services.db.connectionAttempt.findMany({
      where: { AND: [which, { accounts: { not: null } }] },
      orderBy: [{ expiresAt: "asc" }, { id: "asc" }],
      take: concurrency,
    });
    if (left.length === 0) return;
    if (late.aborted) return log.warn("access that unfinished sign-ins opened is ended in the next round");
    await Promise.all(left.map((attempt) => endAttempt(services, attempt, log)));
  }
}

async function endAttempt(services: UnfinishedServices, attempt: ConnectionAttempt, log: Logger): Promise<void> {
  const { id, platform, accounts: sealed } = attempt;
  for (const { account, credentials } of choicesOf(services, attempt, log)) {
    const { remoteId } = account;
    await revokeAccess(services, { platform, remoteId, heldBy: id, open: () => ({ account, credentials }) }, log);
  }
  await services.db.connectionAttempt.updateMany({
    where: { id, accounts: sealed },
    data: { accounts: null, ticketHash: null },
  });
}

/** What cannot be opened cannot be ended either, and is of no use to anybody. */
function choicesOf(
  { secretKeys }: UnfinishedServices,
  { id, accounts }: ConnectionAttempt,
  log: Logger,
): readonly ConnectableAccount[] {
  try {
    return accounts === null ? [] : openChoices(secretKeys, id, accounts);
  } catch (error) {
    log.warn({ err: error, connectionId: id }, "what an unfinished sign-in opened cannot be read; it is forgotten");
    return [];
  }
}
