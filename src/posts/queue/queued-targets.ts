import type { PostTarget } from "../../generated/prisma/client.ts";
import type { Tx } from "../../infra/db.ts";
import { lockPosts } from "../find-post.ts";

const queuedStatuses = ["SCHEDULED", "AWAITING_IMAGES", "AWAITING_APPROVAL"] as const;

/**
 * Locks what waits in a locked account's queue, with its posts, and reads it in its order. What comes into the queue meanwhile is not among
 * it: it stays where it is.
 */
export async function lockQueued(tx: Tx, socialAccountId: string): Promise<PostTarget[]> {
  const queued = { socialAccountId, inQueue: true, status: { in: [...queuedStatuses] } } as const;
  const found = await tx.postTarget.findMany({ where: queued, select: { postId: true } });
  const postIds = found.map(({ postId }) => postId);
  await lockPosts(tx, postIds);
  return tx.postTarget.findMany({
    where: { ...queued, postId: { in: postIds } },
    orderBy: [{ scheduledAt: "asc" }, { id: "asc" }],
  });
}
