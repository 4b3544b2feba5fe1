import { missingScope, type Viewer } from "../graphql/context.ts";
import { mayDo, type Permission } from "../graphql/permissions.ts";
import type { Db, Tx } from "../infra/db.ts";
import { ForbiddenError, NotFoundError } from "../infra/errors.ts";

/** What somebody wants to do, and where. */
export interface MemberRequest {
  readonly workspaceId: string;
  readonly permission: Permission;
  /** What strangers are told there is none of; "workspace" when absent. */
  readonly what?: string;
}

/** Who asks: a verb needs no more of its viewer. */
export type Actor = Pick<Viewer, "userId" | "grant">;

/**
 * Makes sure that a viewer may do something in a workspace. Throws a `NotFoundError` about `what` to strangers and to API tokens
 * of another workspace, so that ids cannot be probed, and a `ForbiddenError` to members whose role, or whose token's scopes, do
 * not allow it.
 */
export async function requireMember(
  db: Db | Tx,
  viewer: Actor,
  { workspaceId, permission, what = "workspace" }: MemberRequest,
): Promise<void> {
  const member = await db.member.findUnique({
    // What goes on in somebody's name, such as a posting schedule, ends with their account as their sessions do.
    where: { workspaceId_userId: { workspaceId, userId: viewer.userId }, user: { disabledAt: null } },
    select: { role: true },
  });
  const reached = viewer.grant?.workspaceId ?? workspaceId;
  if (member === null || reached !== workspaceId) throw new NotFoundError(what);
  const missing = missingScope(viewer, permission);
  if (missing !== null) throw missing;
  if (!mayDo(member.role, permission)) {
    throw new ForbiddenError(
      `Your role in this workspace is ${member.role}, which does not include ${permission}. Ask an owner.`,
    );
  }
}
