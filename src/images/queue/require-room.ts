import type { Tx } from "../../infra/db.ts";
import { ImageQueueFullError } from "../errors.ts";

/**
 * Throws an {@link ImageQueueFullError} when a workspace may not have so many more pictures waiting. Whoever asks at the same time
 * is asked after this transaction has ended.
 */
export async function requireRoom(
  tx: Tx,
  { workspaceId, more, most }: { readonly workspaceId: string; readonly more: number; readonly most: number },
): Promise<void> {
  await lockRoom(tx, workspaceId);
  const waiting = await tx.image.count({ where: { workspaceId, status: "PENDING", origin: "GENERATED" } });
  if (waiting + more > most) throw new ImageQueueFullError({ waiting, more, most });
}

/** Lets others ask for room in a workspace only after this transaction. Whoever locks anything else first, a post say, locks this before it. */
export async function lockRoom(tx: Tx, workspaceId: string): Promise<void> {
  // NOTE A plain `for update` would wait for everybody who writes a row that refers to the workspace.
  await tx.$queryRaw`select 1 from workspace where id = ${workspaceId}::uuid for no key update`;
}
