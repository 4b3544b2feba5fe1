import { recordRevocations } from "../../infra/revocations.ts";
import { removeAvatarFiles } from "../avatar/avatar-files.ts";
import { endSessions } from "../end-sessions.ts";
import { removeExportFiles } from "../export/export-files.ts";
import { wakeErasures } from "./dispatch-due-erasures.ts";
import { eraseTraces } from "./erase-traces.ts";
import { eraseWorkspace } from "./erase-workspace.ts";
import type { ErasureContext, ErasureServices } from "./erasure-services.ts";
import { leaveWorkspaces } from "./leave-workspaces.ts";

/**
 * Erases an account whose time has come: its workspaces with their files, its avatar and archives, its name on everything
 * that stays, and at last the account itself.
 *
 * It goes in small steps, each of which may be repeated: files before the rows that lead to them, the account's row last of
 * all. So whatever breaks off is found again by that row, and going on is the same as beginning. Two at once do no harm.
 */
export async function eraseAccount(services: ErasureServices, userId: string, context: ErasureContext): Promise<void> {
  const { signal, log } = context;
  try {
    if (!(await begin(services, userId))) return;
    await services.crashPoint("erasure:begun");
    const whole = await eraseEverything(services, userId, context);
    if (!whole) log.info("an erasure waits for files that were stored just now; it goes on within the hour");
  } catch (error) {
    // A worker that stops has not failed; somebody else goes on.
    if (!signal.aborted) throw error;
    await services.transact((tx) => wakeErasures(tx, [userId]));
  }
}

/** Nobody comes in any more, by whatever credential. False when the account is gone, or kept after all. */
async function begin({ transact, clock }: ErasureServices, userId: string): Promise<boolean> {
  const now = clock.now();
  return transact(async (tx) => {
    const { count } = await tx.user.updateMany({
      where: { id: userId, erasureDueAt: { lte: now } },
      data: { disabledAt: now },
    });
    if (count === 0) return false;
    await endSessions(tx, { userId }, { reason: "erasure-requested", now });
    const tokens = await tx.apiToken.findMany({ where: { userId }, select: { id: true } });
    await recordRevocations(
      tx,
      tokens.map(({ id }) => id),
    );
    await tx.apiToken.deleteMany({ where: { userId } });
    return true;
  });
}

async function eraseEverything(services: ErasureServices, userId: string, context: ErasureContext): Promise<boolean> {
  const { db, crashPoint } = services;
  const alone = await leaveWorkspaces(services, userId);
  await crashPoint("erasure:left");
  let whole = true;
  for (const workspaceId of alone) {
    if (!(await eraseWorkspace(services, workspaceId, context))) whole = false;
    await crashPoint("erasure:workspace");
  }
  if (!whole) return false;
  await eraseOwnFiles(services, userId);
  await crashPoint("erasure:files");
  await eraseTraces(services, userId, context.signal);
  await crashPoint("erasure:traces");
  await db.user.deleteMany({ where: { id: userId } });
  return true;
}

async function eraseOwnFiles({ db, storage, crashPoint }: ErasureServices, userId: string): Promise<void> {
  const user = await db.user.findUnique({ where: { id: userId }, select: { avatarId: true } });
  if (user?.avatarId) await removeAvatarFiles(storage, user.avatarId);
  await crashPoint("erasure:avatar");
  const exports = await db.dataExport.findMany({ where: { userId }, select: { id: true, fence: true } });
  for (const { id, fence } of exports) await removeExportFiles(storage, id, fence);
  await crashPoint("erasure:exports");
  await db.dataExport.deleteMany({ where: { id: { in: exports.map(({ id }) => id) } } });
}
