import type { Viewer } from "./context.ts";
import { type Permission, rolesWith } from "./permissions.ts";

/** No user has this id. */
const nobody = "00000000-0000-0000-0000-000000000000";

/**
 * The condition that a workspace is one of the viewer's, where their role has a permission, and one that their API token
 * reaches; without a viewer none is. Every role may read, so reading names no permission.
 */
export function memberOf(viewer: Pick<Viewer, "userId" | "grant"> | null, permission?: Permission) {
  const only = viewer?.grant?.workspaceId ?? null;
  const role = permission === undefined ? {} : { role: { in: rolesWith(permission) } };
  return { ...(only !== null && { id: only }), members: { some: { userId: viewer?.userId ?? nobody, ...role } } };
}

/** The condition that a row belongs to a workspace of the viewer, where their role has a permission. */
export function visibleTo(viewer: Pick<Viewer, "userId" | "grant"> | null, permission?: Permission) {
  return { workspace: memberOf(viewer, permission) };
}
