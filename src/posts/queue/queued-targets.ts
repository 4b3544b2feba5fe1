import type { PostTarget } from "../../generated/prisma/client.ts";
import type { Tx } from "../../infra/db.ts";
import { lockPosts } from "../find-post.ts";

const waiting = {
  inQueue: true,
  status: { in: ["SCHEDULED" as const, "AWAITING_IMAGES" as const, "AWAITING_APPROVAL" as const] },
};

/** Locks what waits in a locked account's queue, with its posts, and reads it in its order. Nothing is answered whose post is not locked. */
export async function lockQueued(tx: Tx, socialAccountId: string): Promise<PostTarget[]> {
  const found = await tx.postTarget.findMany({ where: { socialAccountId, ...waiting }, select: { postId: true } });
  const postIds = found.map(({ postId }) => postId);
  await lockPosts(tx, postIds);
  return tx.postTarget.findMany({
    where: { socialAccountId, ...waiting, postId: { in: postIds } },
    orderBy: [{ scheduledAt: "asc" }, { id: "asc" }],
  });
}
