import type { Viewer } from "./context.ts";
import { rowId } from "./ids.ts";

/**
 * The workspace an operation means: the one named, else the one that the API token is for, else the viewer's personal one.
 * Throws a `ValidationError` for no id.
 */
export function workspaceOf(viewer: Viewer, workspaceId: string | null | undefined): string {
  return typeof workspaceId === "string"
    ? rowId("Workspace", workspaceId, ["workspaceId"])
    : (viewer.grant?.workspaceId ?? viewer.personalWorkspaceId);
}
