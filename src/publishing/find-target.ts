import { z } from "zod";
import type { Tx } from "../infra/db.ts";
import { NotFoundError } from "../infra/errors.ts";
import { findPostToWrite, type LockedPost } from "../posts/find-post.ts";
import type { TargetWithContent } from "../posts/post-content.ts";
import type { Actor } from "../workspaces/require-member.ts";

/** What a verb on one target answers: the target it changed. */
export const changedTarget = z.object({ targetId: z.uuid() });

/** A target under its post's lock. */
export interface TargetToChange {
  readonly post: LockedPost;
  readonly target: TargetWithContent;
}

/**
 * Reads a target that the viewer may publish, and locks its whole post. Throws a `NotFoundError` for one they cannot see, a
 * `ForbiddenError` for a role or token that may not.
 */
export async function findTargetToPublish(tx: Tx, viewer: Actor, targetId: string): Promise<TargetToChange> {
  const row = await tx.postTarget.findUnique({ where: { id: targetId }, select: { postId: true } });
  if (row === null) throw new NotFoundError("target");
  const post = await findPostToWrite(tx, viewer, row.postId, "posts:publish");
  const target = post.targets.find(({ id }) => id === targetId);
  if (target === undefined) throw new NotFoundError("target");
  return { post, target };
}
