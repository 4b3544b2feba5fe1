import { z } from "zod";
import { emailAddress, emailKey } from "../auth/email.ts";
import { actedBy } from "../graphql/acted-by.ts";
import type { Viewer } from "../graphql/context.ts";
import { recordAudit } from "../infra/audit.ts";
import { addMilliseconds, type Clock } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
import { ConflictError } from "../infra/errors.ts";
import { enqueue } from "../infra/jobs.ts";
import { recordNotices } from "../infra/notices.ts";
import { parseInput } from "../infra/parse-input.ts";
import { rateKey, requireTries } from "../infra/rate-limit.ts";
import { personalOwnerOnly } from "./change-member-role.ts";
import { invitationLifetime } from "./invitation-token.ts";
import { sendInvitationJob } from "./jobs.ts";
import { lockWorkspace } from "./lock-workspace.ts";
import { recordWorkspaceChange } from "./record-workspace-change.ts";
import { requireMember } from "./require-member.ts";

const invitation = z.object({
  workspaceId: z.uuid(),
  email: emailAddress,
  role: z.enum(["OWNER", "EDITOR", "REVIEWER", "VIEWER"]),
});

const day = 24 * 60 * 60_000;
/** Mails that leave us in somebody's name: what one workspace, one person and one mailbox see of them. */
const budgets = {
  workspace: { burst: 50, period: day },
  person: { burst: 100, period: day },
  address: { burst: 5, period: day },
};

/**
 * Invites somebody by e-mail, with or without an account. Inviting an address again replaces its open invitation: role and
 * time start anew, and only the new link counts. Throws a `ValidationError` for no address, a `NotFoundError` for a workspace of
 * others, a `ForbiddenError` for a role or token that does not invite, a `ConflictError` for a member and for a second owner of
 * a personal workspace, a `TooManyAttemptsError` for too many.
 */
export async function inviteMember(
  { transact, clock }: { readonly transact: Transact; readonly clock: Clock },
  viewer: Viewer,
  unchecked: z.input<typeof invitation>,
): Promise<{ invitationId: string }> {
  const { workspaceId, email, role } = parseInput(invitation, unchecked);
  const { userId } = viewer;
  const key = emailKey(email);
  return transact(async (tx) => {
    const workspace = await lockWorkspace(tx, workspaceId);
    await requireMember(tx, viewer, { workspaceId, permission: "workspace:admin" });
    if (workspace.personalOf !== null && role === "OWNER") throw personalOwnerOnly();
    const member = await tx.member.findFirst({
      where: { workspaceId, user: { emailKey: key } },
      select: { role: true },
    });
    if (member !== null) {
      throw new ConflictError(
        `${email} is a member already, as ${member.role}. Use \`changeMemberRole\` for another role.`,
      );
    }
    // Counted in the transaction: an invitation that does not come about costs nothing.
    await requireTries({ db: tx, clock }, [
      { key: rateKey("invite-from-workspace", workspaceId), budget: budgets.workspace },
      { key: rateKey("invite-from-person", userId), budget: budgets.person },
      { key: rateKey("invite-to-address", key), budget: budgets.address },
    ]);
    const now = clock.now();
    const offer = {
      email,
      role,
      invitedById: userId,
      secretHash: null,
      expiresAt: addMilliseconds(now, invitationLifetime),
    };
    const open = { workspaceId, emailKey: key, acceptedAt: null, revokedAt: null };
    const [again] = await tx.invitation.updateManyAndReturn({ where: open, data: offer, select: { id: true } });
    const { id: invitationId } =
      again ?? (await tx.invitation.create({ data: { ...open, ...offer, createdAt: now }, select: { id: true } }));
    await enqueue(tx, sendInvitationJob, [{ payload: { invitationId } }]);
    const cause = { id: invitationId, version: Math.floor(now.getTime() / 60_000) };
    const told = { entityId: invitationId, cause, groupKey: invitationId, actorId: userId };
    await recordNotices(tx, [{ workspaceId, kind: "INVITATION", ...told }]);
    await recordWorkspaceChange(tx, workspace);
    const details = { invitationId, role, again: again !== undefined };
    await recordAudit(tx, { ...actedBy(viewer), action: "MEMBER_INVITED", at: now, userId, workspaceId, details });
    return { invitationId };
  });
}
