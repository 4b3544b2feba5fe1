import type { Role } from "../generated/prisma/enums.ts";
import type { Viewer } from "../graphql/context.ts";
import type { Tx } from "../infra/db.ts";
import { NotFoundError } from "../infra/errors.ts";
import { type LockedWorkspace, lockWorkspace } from "./lock-workspace.ts";
import { requireMember } from "./require-member.ts";

/** A membership, with its workspace locked. */
export interface FoundMember {
  readonly workspace: LockedWorkspace;
  readonly member: { readonly id: string; readonly userId: string; readonly role: Role };
}

/**
 * Reads a member whom the viewer may manage, and locks the workspace. Throws a `NotFoundError` for one they cannot see, a
 * `ForbiddenError` for a role or token that does not manage members.
 */
export async function findMemberToManage(tx: Tx, viewer: Viewer, memberId: string): Promise<FoundMember> {
  const found = await tx.member.findUnique({ where: { id: memberId }, select: { workspaceId: true } });
  if (found === null) throw new NotFoundError("member");
  const { workspaceId } = found;
  const workspace = await lockWorkspace(tx, workspaceId, "member");
  await requireMember(tx, viewer, { workspaceId, permission: "workspace:admin", what: "member" });
  // Read again under the lock: who holds which role may have changed while we waited for it.
  const member = await tx.member.findUnique({
    where: { id: memberId },
    select: { id: true, userId: true, role: true },
  });
  if (member === null) throw new NotFoundError("member");
  return { workspace, member };
}
