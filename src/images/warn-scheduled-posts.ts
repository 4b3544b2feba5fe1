import type { Tx } from "../infra/db.ts";
import { recordNotices } from "../infra/notices.ts";

/** Tells of posts that wait to be sent with one of these pictures, which are rejected now: as they are, they will not go out. */
export async function warnScheduledPosts(tx: Tx, imageIds: readonly string[], actorId: string): Promise<void> {
  const targets = await tx.postTarget.findMany({
    where: { status: "SCHEDULED", post: { images: { some: { imageId: { in: [...imageIds] } } } } },
    select: { id: true, postId: true, workspaceId: true, statusVersion: true },
  });
  await recordNotices(
    tx,
    targets.map(({ id, postId, workspaceId, statusVersion: version }) => ({
      ...{
        workspaceId,
        kind: "POST_AT_RISK" as const,
        entityId: postId,
        cause: { id, version },
        groupKey: postId,
        actorId,
      },
    })),
  );
}
