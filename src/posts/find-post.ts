import type { PostApprovalState } from "../generated/prisma/enums.ts";
import type { Permission } from "../graphql/permissions.ts";
import type { Tx } from "../infra/db.ts";
import { NotFoundError } from "../infra/errors.ts";
import { type Actor, requireMember } from "../workspaces/require-member.ts";
import { type TargetWithContent, targetContent } from "./post-content.ts";

/** A post that is locked with its targets for the rest of the transaction; the targets stand in order. */
export interface LockedPost {
  readonly id: string;
  readonly workspaceId: string;
  readonly version: number;
  readonly approvalState: PostApprovalState;
  readonly targets: readonly TargetWithContent[];
}

/**
 * Locks posts with their targets for the rest of the transaction. Two who schedule, cancel or edit one go one after the other, and a worker takes a target
 * either before or after. Writers lock posts first, all that they will change at once, then targets, both by id; workers lock one target and never the post.
 */
export async function lockPosts(tx: Tx, postIds: readonly string[]): Promise<void> {
  await tx.$queryRaw`select 1 from post where id = any(${postIds}::uuid[]) order by id for update`;
  await tx.$queryRaw`select 1 from post_target where post_id = any(${postIds}::uuid[]) order by id for update`;
}

/** Locks a post with its targets, see {@link lockPosts}, and reads it; null where it is gone. */
export async function lockPost(tx: Tx, postId: string): Promise<LockedPost | null> {
  await lockPosts(tx, [postId]);
  return tx.post.findUnique({
    where: { id: postId },
    select: {
      id: true,
      workspaceId: true,
      version: true,
      approvalState: true,
      targets: { include: targetContent, orderBy: { position: "asc" } },
    },
  });
}

/**
 * Locks a post with which the viewer may do something: see {@link lockPost}. Throws a `NotFoundError` for a post they cannot see, a
 * `ForbiddenError` for a role or token that may not.
 */
export async function findPostToWrite(
  tx: Tx,
  viewer: Actor,
  postId: string,
  permission: Permission,
): Promise<LockedPost> {
  const post = await lockPost(tx, postId);
  if (post === null) throw new NotFoundError("post");
  await requireMember(tx, viewer, { workspaceId: post.workspaceId, permission, what: "post" });
  return post;
}
