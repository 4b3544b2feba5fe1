import { actedBy } from "../graphql/acted-by.ts";
import type { Viewer } from "../graphql/context.ts";
import { recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
import { ConflictError } from "../infra/errors.ts";
import { personalOwnerOnly } from "./change-member-role.ts";
import { findMemberToManage } from "./find-member.ts";
import { recordWorkspaceChange } from "./record-workspace-change.ts";
import { revokeInvitationsOf } from "./revoke-invitations-of.ts";

/** Who becomes the owner, and whether the giver remains one. */
export interface Transfer {
  readonly memberId: string;
  readonly stayOwner: boolean;
}

/**
 * Makes a member an owner; the giver becomes an EDITOR unless they stay one. Throws a `NotFoundError` for a member the viewer
 * cannot see, a `ForbiddenError` for a role or token that does not manage members, a `ConflictError` for oneself, a disabled
 * account and a personal workspace.
 */
export async function transferOwnership(
  { transact, clock }: { readonly transact: Transact; readonly clock: Clock },
  viewer: Viewer,
  { memberId, stayOwner }: Transfer,
): Promise<{ workspaceId: string }> {
  return transact(async (tx) => {
    const { workspace, member } = await findMemberToManage(tx, viewer, memberId);
    if (workspace.personalOf !== null) throw personalOwnerOnly();
    if (member.userId === viewer.userId) throw new ConflictError("You are an owner already. Name another member.");
    const receiver = await tx.user.findUniqueOrThrow({ where: { id: member.userId }, select: { disabledAt: true } });
    if (receiver.disabledAt !== null)
      throw new ConflictError("This member's account is disabled. Name another member.");
    const workspaceId = workspace.id;
    const now = clock.now();
    await tx.member.update({ where: { id: memberId }, data: { role: "OWNER" } });
    if (!stayOwner) {
      const where = { workspaceId_userId: { workspaceId, userId: viewer.userId } };
      await tx.member.update({ where, data: { role: "EDITOR" } });
      await revokeInvitationsOf(tx, { userId: viewer.userId, workspaceId, now });
    }
    await recordWorkspaceChange(tx, workspace);
    await recordAudit(tx, {
      ...{ ...actedBy(viewer), action: "OWNERSHIP_TRANSFERRED", at: now, workspaceId },
      ...{ userId: member.userId, actorId: viewer.userId, details: { stayOwner } },
    });
    return { workspaceId };
  });
}
