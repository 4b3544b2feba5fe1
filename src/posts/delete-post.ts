import type { Transact } from "../infra/db.ts";
import { ConflictError } from "../infra/errors.ts";
import { recordEvents } from "../infra/events.ts";
import type { Actor } from "../workspaces/require-member.ts";
import { findPostToWrite } from "./find-post.ts";
import { postTopic } from "./target-status.ts";

/**
 * Deletes a post that never went out. What is out, or may be, stays on record, so that nobody has to guess later what was published. Throws a
 * `ConflictError` for such a post, a `NotFoundError` for one that the viewer cannot see, a `ForbiddenError` for a role or token that may not.
 */
export async function deletePost(
  { transact }: { readonly transact: Transact },
  viewer: Actor,
  { postId }: { readonly postId: string },
): Promise<{ deletedPostId: string }> {
  return transact(async (tx) => {
    const post = await findPostToWrite(tx, viewer, postId, "posts:write");
    const kept = post.targets.filter(({ status }) =>
      ["PUBLISHING", "SUBMITTED", "UNKNOWN", "PUBLISHED"].includes(status),
    );
    if (kept.length > 0) {
      const states = [...new Set(kept.map(({ status }) => status))].join(", ");
      throw new ConflictError(
        `The post is or may be out (${states}) and stays on record. Delete it at the platform itself.`,
      );
    }
    await tx.post.delete({ where: { id: postId } });
    const { workspaceId, version } = post;
    await recordEvents(tx, [
      { workspaceId, topic: postTopic, entityId: postId, kind: "DELETED", version: version + 1 },
    ]);
    return { deletedPostId: postId };
  });
}
