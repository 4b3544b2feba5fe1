import type { Transact } from "../infra/db.ts";
import { ConflictError } from "../infra/errors.ts";
import type { Actor } from "../workspaces/require-member.ts";
import { findPostToWrite } from "./find-post.ts";
import { moveTarget, targetMayMove } from "./target-status.ts";

/**
 * Cancels what has not gone out. A target that is being sent at this moment is asked to stop: its outcome decides.
 * Throws a `ConflictError` when everything is out, failed or cancelled already, a `NotFoundError` for a post the viewer
 * cannot see.
 */
export async function cancelPost(
  { transact }: { transact: Transact },
  viewer: Actor,
  { postId }: { readonly postId: string },
): Promise<{ postId: string }> {
  return transact(async (tx) => {
    const post = await findPostToWrite(tx, viewer, postId, "posts:publish");
    const sending = post.targets.filter((target) => target.status === "PUBLISHING");
    const waiting = post.targets.filter(
      (target) => target.status !== "PUBLISHING" && targetMayMove(target.status, "CANCELLED"),
    );
    if (sending.length + waiting.length === 0) {
      const states = [...new Set(post.targets.map((target) => target.status))].join(", ");
      throw new ConflictError(`Nothing of this post can be cancelled: its targets are ${states}.`);
    }
    for (const target of waiting) await moveTarget(tx, { target, to: "CANCELLED", data: { dueAt: null } });
    await tx.postTarget.updateMany({
      where: { id: { in: sending.map((target) => target.id) } },
      data: { cancelRequested: true },
    });
    return { postId };
  });
}
