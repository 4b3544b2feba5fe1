import { actedBy } from "../graphql/acted-by.ts";
import type { Viewer } from "../graphql/context.ts";
import { recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
import { ConflictError } from "../infra/errors.ts";
import type { Revocations } from "../infra/revocations.ts";
import { endMembership } from "./end-membership.ts";
import { lockWorkspace } from "./lock-workspace.ts";
import { requireMember } from "./require-member.ts";

/**
 * Ends the viewer's own membership and revokes the API tokens that they made for this workspace. Throws a `NotFoundError` for
 * a workspace of others, a `ForbiddenError` for a token that may not, a `ConflictError` for the last owner and for the own
 * personal workspace.
 */
export async function leaveWorkspace(
  services: { readonly transact: Transact; readonly clock: Clock; readonly revocations: Revocations },
  viewer: Viewer,
  { workspaceId }: { readonly workspaceId: string },
): Promise<{ workspaceId: string }> {
  const { transact, clock, revocations } = services;
  const { userId } = viewer;
  await transact(async (tx) => {
    const workspace = await lockWorkspace(tx, workspaceId);
    await requireMember(tx, viewer, { workspaceId, permission: "workspace:leave" });
    if (workspace.personalOf === userId) {
      throw new ConflictError("This is your personal workspace. It stays yours as long as your account exists.");
    }
    const member = await tx.member.findUniqueOrThrow({
      where: { workspaceId_userId: { workspaceId, userId } },
      select: { id: true, userId: true, role: true },
    });
    const now = clock.now();
    const revokedApiTokens = await endMembership(tx, workspace, { member, now });
    const details = { role: member.role, revokedApiTokens };
    await recordAudit(tx, { ...actedBy(viewer), action: "MEMBER_LEFT", at: now, userId, workspaceId, details });
  });
  await revocations.refresh();
  return { workspaceId };
}
