import { z } from "zod";
import type { Clock } from "../../infra/clock.ts";
import type { Transact, Tx } from "../../infra/db.ts";
import { recordEvents } from "../../infra/events.ts";
import { recordNotices } from "../../infra/notices.ts";
import { parseInput } from "../../infra/parse-input.ts";
import type { Actor } from "../../workspaces/require-member.ts";
import { findPostToWrite, type LockedPost } from "../find-post.ts";
import { postTopic } from "../target-status.ts";
import { type Reviewer, reviewerColumns } from "./record-decision.ts";

/** What somebody says about a post. */
export const commentText = z
  .string()
  .trim()
  .min(1, "The comment is empty.")
  .max(5_000, "The comment is longer than 5,000 characters.");

const request = z.object({ postId: z.uuid(), text: commentText, share: z.boolean().default(false) });

/**
 * Says something about a post, to the members alone unless it is shared with those who hold a review link. Throws a `ValidationError`, a `NotFoundError` for one the viewer cannot see, a `ForbiddenError` for a role
 * or token that does not comment.
 */
export async function commentOnPost(
  { transact, clock }: { readonly transact: Transact; readonly clock: Clock },
  viewer: Actor,
  unchecked: z.input<typeof request>,
): Promise<{ commentId: string }> {
  const { postId, text, share } = parseInput(request, unchecked);
  return transact(async (tx) => {
    const post = await findPostToWrite(tx, viewer, postId, "posts:comment");
    return comment(tx, { clock }, post, { text, share, by: { userId: viewer.userId } });
  });
}

/** Writes down what somebody who may says about a locked post; see {@link commentOnPost}. */
export async function comment(
  tx: Tx,
  { clock }: { readonly clock: Clock },
  { id: postId, workspaceId, version }: LockedPost,
  { text, share, by }: { readonly text: string; readonly share: boolean; readonly by: Reviewer },
): Promise<{ commentId: string }> {
  const { id } = await tx.postComment.create({
    data: { postId, text, isShared: share, createdAt: clock.now(), ...reviewerColumns(by) },
    select: { id: true },
  });
  await recordEvents(tx, [{ workspaceId, topic: postTopic, entityId: postId, kind: "UPDATED", version }]);
  const actor = by.userId === null ? {} : { actorId: by.userId };
  const groupKey = `${postId} comments`;
  const cause = { id, version: 0 };
  await recordNotices(tx, [{ workspaceId, kind: "POST_COMMENTED", entityId: postId, cause, groupKey, ...actor }]);
  return { commentId: id };
}
