import type { PostTargetStatus } from "../generated/prisma/enums.ts";
import type { Tx } from "../infra/db.ts";

/** A post with a target in one of these still sends its pictures, or may have to send them again. */
const waiting: readonly PostTargetStatus[] = [
  ...(["AWAITING_APPROVAL", "AWAITING_IMAGES", "SCHEDULED", "PUBLISHING", "SUBMITTED", "UNKNOWN"] as const),
];

/**
 * Keeps the posts that show one of the pictures from being scheduled or edited until the transaction ends. Call it before the
 * pictures are locked: who schedules locks posts, then looks at pictures.
 */
export async function lockPostsWith(tx: Tx, imageIds: readonly string[]): Promise<void> {
  await tx.$queryRaw`
    select 1 from post
    where id in (select post_id from post_image where image_id = any(${imageIds}::uuid[])) order by id for share`;
}

/**
 * Those of the pictures that a scheduled post, or one on its way out, shows. Call it once the pictures are locked: a post that is
 * being written with one of them is finished then.
 */
export async function findInWaitingPosts(tx: Tx, imageIds: readonly string[]): Promise<ReadonlySet<string>> {
  const used = await tx.postImage.findMany({
    where: { imageId: { in: [...imageIds] }, post: { targets: { some: { status: { in: [...waiting] } } } } },
    select: { imageId: true },
  });
  return new Set(used.map(({ imageId }) => imageId));
}
