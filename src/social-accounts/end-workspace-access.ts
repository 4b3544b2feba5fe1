import type { Transact } from "../infra/db.ts";
import type { Logger } from "../infra/log.ts";
import { changeAccount } from "./account-state.ts";
import { endUnfinished } from "./connections/end-unfinished.ts";
import { type EndAccessServices, endAccess } from "./end-access.ts";

const batchSize = 100;

/** Platforms that are asked at once. */
const concurrency = 5;

/** All of it may take this long, in milliseconds; what is left then is not asked any more. */
const patience = 2 * 60_000;

/** What it touches. */
export interface EndWorkspaceAccessServices extends EndAccessServices {
  readonly transact: Transact;
}

/**
 * Ends the access of every account of a workspace that is being erased, connected or about to be: nothing is published to them
 * from now on, and their platforms are asked to forget us, as far as they can be asked. It asks while the rows are still there, so
 * that no secret has to travel anywhere; platforms that do not answer hold nothing up for longer than some minutes. May run again at
 * any point.
 */
export async function endWorkspaceAccess(
  services: EndWorkspaceAccessServices,
  workspaceId: string,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Logger },
): Promise<void> {
  const { db } = services;
  await disconnectAll(services, workspaceId);
  await endUnfinished(services, { workspaceId }, log);
  const late = AbortSignal.timeout(patience);
  for (;;) {
    const left = await db.socialAccount.findMany({
      where: { workspaceId, state: "DISCONNECTED", credentials: { not: null } },
      select: { id: true },
      orderBy: { id: "asc" },
      take: concurrency,
    });
    if (left.length === 0) return;
    signal.throwIfAborted();
    if (late.aborted) return log.warn({ workspaceId }, "access to some accounts was not ended at their platforms");
    await Promise.all(left.map(({ id }) => endAccess(services, id, { log })));
  }
}

async function disconnectAll({ db, transact, clock }: EndWorkspaceAccessServices, workspaceId: string): Promise<void> {
  for (;;) {
    const connected = await db.socialAccount.findMany({
      where: { workspaceId, state: { not: "DISCONNECTED" } },
      select: { id: true },
      take: batchSize,
    });
    for (const { id } of connected) {
      const ended = { state: "DISCONNECTED", disconnectedAt: clock.now(), pausedAt: null, refreshAt: null } as const;
      // Whoever renews access right now comes too late.
      const data = { ...ended, refreshLeaseUntil: null, credentialsFence: { increment: 1 } };
      await transact((tx) => changeAccount(tx, { id, where: { state: { not: "DISCONNECTED" } }, data }));
    }
    if (connected.length < batchSize) return;
  }
}
