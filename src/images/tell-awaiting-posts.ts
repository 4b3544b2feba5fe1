import type { Tx } from "../infra/db.ts";
import { enqueue } from "../infra/jobs.ts";
import { followAwaitedImagesJob } from "./jobs.ts";

/** Wakes those who look after posts that wait for one of these pictures, in the transaction that decides on them. */
export async function tellAwaitingPosts(tx: Tx, imageIds: readonly string[]): Promise<void> {
  const waiting = await tx.postImage.findMany({
    where: { imageId: { in: [...imageIds] }, awaited: true },
    select: { postId: true },
    distinct: ["postId"],
  });
  await enqueue(
    tx,
    followAwaitedImagesJob,
    waiting.map(({ postId }) => ({ payload: { postId } })),
  );
}
