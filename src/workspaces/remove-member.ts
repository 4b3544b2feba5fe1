import { actedBy } from "../graphql/acted-by.ts";
import type { Viewer } from "../graphql/context.ts";
import { recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
import { ConflictError } from "../infra/errors.ts";
import type { Revocations } from "../infra/revocations.ts";
import { endMembership } from "./end-membership.ts";
import { findMemberToManage } from "./find-member.ts";

/** Who was removed, and from where. */
export interface RemovedMember {
  readonly workspaceId: string;
  readonly memberId: string;
}

/**
 * Removes a member and revokes the API tokens that they made for this workspace. Throws a `NotFoundError` for a member the
 * viewer cannot see, a `ForbiddenError` for a role or token that does not manage members, a `ConflictError` for the last
 * owner, for oneself, and for the person of a personal workspace.
 */
export async function removeMember(
  services: { readonly transact: Transact; readonly clock: Clock; readonly revocations: Revocations },
  viewer: Viewer,
  { memberId }: { readonly memberId: string },
): Promise<RemovedMember> {
  const { transact, clock, revocations } = services;
  const removed = await transact(async (tx) => {
    const { workspace, member } = await findMemberToManage(tx, viewer, memberId);
    if (member.userId === viewer.userId) throw new ConflictError("This is you. To leave, use `leaveWorkspace`.");
    if (workspace.personalOf === member.userId) {
      throw new ConflictError("This is the person whose workspace it is. They cannot be removed from it.");
    }
    const now = clock.now();
    const revokedApiTokens = await endMembership(tx, workspace, { member, now });
    await recordAudit(tx, {
      ...{ ...actedBy(viewer), action: "MEMBER_REMOVED", at: now, workspaceId: workspace.id },
      ...{ userId: member.userId, actorId: viewer.userId, details: { role: member.role, revokedApiTokens } },
    });
    return { workspaceId: workspace.id, memberId };
  });
  await revocations.refresh();
  return removed;
}
