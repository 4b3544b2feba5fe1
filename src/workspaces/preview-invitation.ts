import type { Role } from "../generated/prisma/enums.ts";
import type { Clock } from "../infra/clock.ts";
import type { Db } from "../infra/db.ts";
import { invitationTokenHash, maskedEmail, openInvitation } from "./invitation-token.ts";

/** What the holder of a link may know before they sign in. */
export interface InvitationPreview {
  readonly workspaceName: string;
  /** Null when the inviter's account is gone. */
  readonly inviterName: string | null;
  readonly role: Role;
  readonly maskedEmail: string;
  readonly expiresAt: Date;
}

/** Reads an invitation by the secret of its link; null for one that was used, has run out, was taken back or never was. */
export async function previewInvitation(
  { db, clock }: { readonly db: Db; readonly clock: Clock },
  token: string,
): Promise<InvitationPreview | null> {
  const found = await db.invitation.findFirst({
    where: { secretHash: invitationTokenHash(token), ...openInvitation(clock.now()) },
    select: {
      ...{ email: true, role: true, expiresAt: true },
      ...{ workspace: { select: { name: true } }, invitedBy: { select: { displayName: true } } },
    },
  });
  if (found === null) return null;
  const { email, role, expiresAt, workspace, invitedBy } = found;
  const inviterName = invitedBy?.displayName ?? null;
  return { workspaceName: workspace.name, inviterName, role, maskedEmail: maskedEmail(email), expiresAt };
}
