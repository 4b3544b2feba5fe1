import type { Tx } from "../infra/db.ts";

/** Takes back every open invitation into a workspace that somebody sent who may not invite any more. */
export async function revokeInvitationsOf(
  tx: Tx,
  { userId, workspaceId, now }: { readonly userId: string; readonly workspaceId: string; readonly now: Date },
): Promise<void> {
  await tx.invitation.updateMany({
    where: { workspaceId, invitedById: userId, acceptedAt: null, revokedAt: null },
    data: { revokedAt: now },
  });
}
