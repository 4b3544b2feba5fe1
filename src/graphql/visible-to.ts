import type { Viewer } from "./context.ts";

/** No user has this id. */
const nobody = "00000000-0000-0000-0000-000000000000";

/** The condition that a workspace is one of the viewer's, and one that their API token reaches; without a viewer none is. */
export function memberOf(viewer: Pick<Viewer, "userId" | "grant"> | null) {
  const only = viewer?.grant?.workspaceId ?? null;
  return { ...(only !== null && { id: only }), members: { some: { userId: viewer?.userId ?? nobody } } };
}

/** The condition that a row belongs to a workspace of the viewer. */
export function visibleTo(viewer: Pick<Viewer, "userId" | "grant"> | null) {
  return { workspace: memberOf(viewer) };
}
