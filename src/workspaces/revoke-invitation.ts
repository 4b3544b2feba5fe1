import { actedBy } from "../graphql/acted-by.ts";
import type { Viewer } from "../graphql/context.ts";
import { recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
import { ConflictError, NotFoundError } from "../infra/errors.ts";
import { lockWorkspace } from "./lock-workspace.ts";
import { recordWorkspaceChange } from "./record-workspace-change.ts";
import { requireMember } from "./require-member.ts";

/**
 * Takes an invitation back: its link leads nowhere from now on. Taking it back again changes nothing. Throws a `NotFoundError`
 * for one the viewer cannot see, a `ForbiddenError` for a role or token that does not invite, a `ConflictError` for one that was
 * accepted.
 */
export async function revokeInvitation(
  { transact, clock }: { readonly transact: Transact; readonly clock: Clock },
  viewer: Viewer,
  { invitationId }: { readonly invitationId: string },
): Promise<{ invitationId: string }> {
  const { userId } = viewer;
  return transact(async (tx) => {
    const where = { id: invitationId };
    const found = await tx.invitation.findUnique({ where, select: { workspaceId: true } });
    if (found === null) throw new NotFoundError("invitation");
    const { workspaceId } = found;
    const workspace = await lockWorkspace(tx, workspaceId, "invitation");
    await requireMember(tx, viewer, { workspaceId, permission: "workspace:admin", what: "invitation" });
    const { acceptedAt, revokedAt } = await tx.invitation.findUniqueOrThrow({ where });
    if (acceptedAt !== null) {
      throw new ConflictError("This invitation was accepted. Use `removeMember` to remove who accepted it.");
    }
    if (revokedAt !== null) return { invitationId };
    const now = clock.now();
    await tx.invitation.update({ where, data: { revokedAt: now, secretHash: null } });
    await recordWorkspaceChange(tx, workspace);
    const details = { invitationId };
    await recordAudit(tx, { ...actedBy(viewer), action: "INVITATION_REVOKED", at: now, userId, workspaceId, details });
    return { invitationId };
  });
}
