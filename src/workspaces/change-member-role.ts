import type { Role } from "../generated/prisma/enums.ts";
import { actedBy } from "../graphql/acted-by.ts";
import type { Viewer } from "../graphql/context.ts";
import { mayDo } from "../graphql/permissions.ts";
import { recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
import { ConflictError } from "../infra/errors.ts";
import { findMemberToManage } from "./find-member.ts";
import { requireOtherOwner } from "./lock-workspace.ts";
import { recordWorkspaceChange } from "./record-workspace-change.ts";
import { revokeInvitationsOf } from "./revoke-invitations-of.ts";

/** A personal workspace has one owner, always: its person. */
export const personalOwnerOnly = () =>
  new ConflictError(
    "A personal workspace keeps its person as its only owner. Invite others in another role, or make a workspace to share.",
  );

/**
 * Gives a member another role. Throws a `NotFoundError` for a member the viewer cannot see, a `ForbiddenError` for a role or
 * token that does not manage members, a `ConflictError` when the workspace would be left without an owner, or when a personal
 * workspace would get another.
 */
export async function changeMemberRole(
  { transact, clock }: { readonly transact: Transact; readonly clock: Clock },
  viewer: Viewer,
  { memberId, role }: { readonly memberId: string; readonly role: Role },
): Promise<{ memberId: string }> {
  return transact(async (tx) => {
    const { workspace, member } = await findMemberToManage(tx, viewer, memberId);
    if (member.role === role) return { memberId };
    if (workspace.personalOf !== null && (workspace.personalOf === member.userId || role === "OWNER")) {
      throw personalOwnerOnly();
    }
    if (member.role === "OWNER") await requireOtherOwner(tx, workspace.id, member.userId);
    await tx.member.update({ where: { id: memberId }, data: { role } });
    const now = clock.now();
    if (!mayDo(role, "workspace:admin")) {
      await revokeInvitationsOf(tx, { userId: member.userId, workspaceId: workspace.id, now });
    }
    await recordWorkspaceChange(tx, workspace);
    await recordAudit(tx, {
      ...{ ...actedBy(viewer), action: "MEMBER_ROLE_CHANGED", at: now, workspaceId: workspace.id },
      ...{ userId: member.userId, actorId: viewer.userId, details: { from: member.role, to: role } },
    });
    return { memberId };
  });
}
