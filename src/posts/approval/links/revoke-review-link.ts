import type { Clock } from "../../../infra/clock.ts";
import type { Transact } from "../../../infra/db.ts";
import { NotFoundError } from "../../../infra/errors.ts";
import { type Actor, requireMember } from "../../../workspaces/require-member.ts";

/**
 * Revokes a review link: from now on it opens nothing; what was decided by it stays. Revoking twice changes nothing. Throws a
 * `NotFoundError` for a link the viewer cannot see, a `ForbiddenError` for whoever may not decide themselves.
 */
export async function revokeReviewLink(
  { transact, clock }: { readonly transact: Transact; readonly clock: Clock },
  viewer: Actor,
  { reviewLinkId }: { readonly reviewLinkId: string },
): Promise<{ reviewLinkId: string }> {
  return transact(async (tx) => {
    const link = await tx.reviewLink.findUnique({ where: { id: reviewLinkId }, select: { workspaceId: true } });
    if (link === null) throw new NotFoundError("review link");
    const { workspaceId } = link;
    await requireMember(tx, viewer, { workspaceId, permission: "posts:review", what: "review link" });
    await tx.reviewLink.updateMany({ where: { id: reviewLinkId, revokedAt: null }, data: { revokedAt: clock.now() } });
    return { reviewLinkId };
  });
}
