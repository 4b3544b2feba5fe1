import type { Viewer } from "./context.ts";

/** No user has this id. */
const nobody = "00000000-0000-0000-0000-000000000000";

/** The condition that a row belongs to a workspace of the viewer; without a viewer nothing does. */
export function visibleTo(viewer: Pick<Viewer, "userId"> | null) {
  return { workspace: { members: { some: { userId: viewer?.userId ?? nobody } } } };
}
