import { z } from "zod";
import { addMilliseconds, type Clock } from "../../../infra/clock.ts";
import type { Transact } from "../../../infra/db.ts";
import { ConflictError } from "../../../infra/errors.ts";
import { parseInput } from "../../../infra/parse-input.ts";
import { shortText } from "../../../infra/short-text.ts";
import type { Actor } from "../../../workspaces/require-member.ts";
import { findPostToWrite } from "../../find-post.ts";
import { newReviewSecret, reviewSecretHash } from "./review-link.ts";

const day = 24 * 60 * 60_000;
const mostOpen = 20;

const request = z.object({
  postId: z.uuid(),
  label: shortText("For whom the link is", 80),
  days: z
    .number()
    .int("Days must be whole.")
    .min(1, "A link lasts 1 to 90 days.")
    .max(90, "A link lasts 1 to 90 days."),
});

/**
 * Makes a link by which somebody without an account reads a post, comments on it, and approves or rejects it in the maker's place; it
 * lasts some days and can be revoked. Its address is told once. Throws a `ValidationError`, a `NotFoundError`, a `ForbiddenError` for
 * whoever may not decide themselves, a `ConflictError` for more than twenty open links of one post.
 */
export async function createReviewLink(
  {
    transact,
    clock,
    config,
  }: {
    readonly transact: Transact;
    readonly clock: Clock;
    readonly config: { readonly PUBLIC_URL: string };
  },
  viewer: Actor,
  unchecked: z.input<typeof request>,
): Promise<{ reviewLinkId: string; url: string }> {
  const { postId, label, days } = parseInput(request, unchecked);
  const secret = newReviewSecret();
  return transact(async (tx) => {
    const { workspaceId } = await findPostToWrite(tx, viewer, postId, "posts:review");
    const createdAt = clock.now();
    const open = await tx.reviewLink.count({ where: { postId, revokedAt: null, expiresAt: { gt: createdAt } } });
    if (open >= mostOpen) {
      throw new ConflictError(`The post has ${open} open review links. Revoke one with \`revokeReviewLink\` first.`);
    }
    const { id } = await tx.reviewLink.create({
      data: {
        ...{ postId, workspaceId, label, createdAt, createdById: viewer.userId },
        ...{ secretHash: reviewSecretHash(secret), expiresAt: addMilliseconds(createdAt, days * day) },
      },
      select: { id: true },
    });
    return { reviewLinkId: id, url: `${config.PUBLIC_URL}/review#token=${secret}` };
  });
}
