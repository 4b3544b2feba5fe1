import type { Tx } from "../infra/db.ts";
import { recordEvents } from "../infra/events.ts";

/** Topic of what happens to a workspace itself: its settings, its members. */
export const workspaceTopic = "workspace";

/** Tells those who watch a workspace that its settings, members or invitations changed. */
export async function recordWorkspaceChange(
  tx: Tx,
  { id, version }: { readonly id: string; readonly version: number },
): Promise<void> {
  await recordEvents(tx, [{ workspaceId: id, topic: workspaceTopic, entityId: id, kind: "UPDATED", version }]);
}
