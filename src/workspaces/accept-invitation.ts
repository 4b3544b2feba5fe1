import { actedBy } from "../graphql/acted-by.ts";
import type { SignedInViewer } from "../graphql/context.ts";
import { recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Transact, Tx } from "../infra/db.ts";
import { ForbiddenError } from "../infra/errors.ts";
import { InvitationNotValidError } from "./errors.ts";
import { invitationTokenHash, maskedEmail, openInvitation } from "./invitation-token.ts";
import { lockWorkspace } from "./lock-workspace.ts";
import { recordWorkspaceChange } from "./record-workspace-change.ts";

/**
 * Makes the viewer a member by the secret of an invitation's link. Whoever holds it has read the mail, so their address counts as
 * confirmed as well. Somebody who became a member meanwhile keeps their role. Throws an {@link InvitationNotValidError} for a
 * link that was used, has run out, was taken back or never was, and a `ForbiddenError` for somebody with another address.
 */
export async function acceptInvitation(
  { transact, clock }: { readonly transact: Transact; readonly clock: Clock },
  viewer: SignedInViewer,
  { token }: { readonly token: string },
): Promise<{ workspaceId: string }> {
  const { userId } = viewer;
  const now = clock.now();
  const where = { secretHash: invitationTokenHash(token), ...openInvitation(now) };
  return transact(async (tx) => {
    const invitation = await tx.invitation.findFirst({ where });
    if (invitation === null) throw new InvitationNotValidError();
    const user = await tx.user.findUniqueOrThrow({ where: { id: userId }, select: { email: true, emailKey: true } });
    if (user.emailKey !== invitation.emailKey) {
      throw new ForbiddenError(
        `This invitation is for ${maskedEmail(invitation.email)}, and you are signed in as ${user.email}. Sign in with the invited address, or ask for an invitation to yours.`,
      );
    }
    const { workspaceId, role } = invitation;
    const workspace = await lockWorkspace(tx, workspaceId);
    const { count } = await tx.invitation.updateMany({ where, data: { acceptedAt: now } });
    if (count === 0) throw new InvitationNotValidError();
    const membership = { workspaceId, userId, role, joinedAt: now };
    const joined = await tx.member.createMany({ data: [membership], skipDuplicates: true });
    const entry = { ...actedBy(viewer), at: now, userId };
    if (joined.count > 0) {
      const details = { invitationId: invitation.id, role };
      await recordAudit(tx, { ...entry, action: "MEMBER_JOINED", workspaceId, details });
      await recordWorkspaceChange(tx, workspace);
    }
    if (await confirmEmail(tx, userId, now)) await recordAudit(tx, { ...entry, action: "EMAIL_VERIFIED" });
    return { workspaceId };
  });
}

/** Whether the address was not confirmed before. */
async function confirmEmail(tx: Tx, userId: string, now: Date): Promise<boolean> {
  const unconfirmed = { id: userId, emailVerifiedAt: null };
  const { count } = await tx.user.updateMany({ where: unconfirmed, data: { emailVerifiedAt: now } });
  return count > 0;
}
