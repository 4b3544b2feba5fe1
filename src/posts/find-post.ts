import type { Tx } from "../infra/db.ts";
import { NotFoundError } from "../infra/errors.ts";
import { requireMember } from "../workspaces/require-member.ts";
import { type TargetWithContent, targetContent } from "./post-content.ts";

/** A post that is locked for the rest of the transaction, with its targets in order. */
export interface LockedPost {
  readonly id: string;
  readonly workspaceId: string;
  readonly version: number;
  readonly targets: readonly TargetWithContent[];
}

/**
 * Reads a post that the viewer may write, and locks it, so that two who schedule, cancel or edit it go one after the other.
 * Throws a `NotFoundError` for a post they cannot see, a `ForbiddenError` for a role that does not write posts.
 */
export async function findPostToWrite(
  tx: Tx,
  viewer: { readonly userId: string },
  postId: string,
): Promise<LockedPost> {
  await tx.$queryRaw`select 1 from post where id = ${postId}::uuid for update`;
  const post = await tx.post.findUnique({
    where: { id: postId },
    select: {
      id: true,
      workspaceId: true,
      version: true,
      targets: { include: targetContent, orderBy: { position: "asc" } },
    },
  });
  if (post === null) throw new NotFoundError("post");
  await requireMember(tx, {
    userId: viewer.userId,
    workspaceId: post.workspaceId,
    permission: "posts:write",
    what: "post",
  });
  return post;
}
