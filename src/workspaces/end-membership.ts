import { endApiTokens } from "../auth/end-api-tokens.ts";
import type { Tx } from "../infra/db.ts";
import type { FoundMember } from "./find-member.ts";
import type { LockedWorkspace } from "./lock-workspace.ts";
import { requireOtherOwner } from "./lock-workspace.ts";
import { recordWorkspaceChange } from "./record-workspace-change.ts";
import { revokeInvitationsOf } from "./revoke-invitations-of.ts";

/**
 * Ends a membership of a locked workspace, in the transaction that has the reason for it, and revokes the API tokens that were
 * made for this workspace. Await `revocations.refresh()` after the commit. Their open invitations are taken back: nobody
 * comes back through an offer of their own. Answers the ids of those tokens. Throws a
 * `ConflictError` for the last owner.
 */
export async function endMembership(
  tx: Tx,
  workspace: LockedWorkspace,
  { member, now }: { readonly member: FoundMember["member"]; readonly now: Date },
): Promise<string[]> {
  if (member.role === "OWNER") await requireOtherOwner(tx, workspace.id, member.userId);
  await tx.member.delete({ where: { id: member.id } });
  await revokeInvitationsOf(tx, { userId: member.userId, workspaceId: workspace.id, now });
  const apiTokenIds = await endApiTokens(tx, { userId: member.userId, workspaceId: workspace.id }, now);
  await recordWorkspaceChange(tx, workspace);
  return apiTokenIds;
}
