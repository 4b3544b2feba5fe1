import { z } from "zod";
import type { Clock } from "../infra/clock.ts";
import type { Transact, Tx } from "../infra/db.ts";
import { ConflictError, NotFoundError } from "../infra/errors.ts";
import { recordNotices } from "../infra/notices.ts";
import { parseInput } from "../infra/parse-input.ts";
import { type Actor, requireMember } from "../workspaces/require-member.ts";
import { recordImageUpdates } from "./image-status.ts";
import { tellAwaitingPosts } from "./tell-awaiting-posts.ts";
import { inTrash } from "./trash.ts";
import { warnScheduledPosts } from "./warn-scheduled-posts.ts";

const review = z
  .object({
    imageIds: z.array(z.uuid()).min(1, "Name at least one picture.").max(100, "Review at most 100 pictures at a time."),
    decision: z.enum(["APPROVED", "REJECTED"]),
    reason: z.string().trim().max(1_000, "The reason is longer than 1,000 characters.").nullish(),
  })
  .refine((input) => input.decision === "APPROVED" || (input.reason ?? "") !== "", {
    path: ["reason"],
    error: "Say why the pictures are rejected.",
    params: { code: "EMPTY" },
  });

/**
 * Approves or rejects generated pictures, all or none; each decision is kept beside the earlier ones. Throws a `NotFoundError` for pictures the viewer cannot see, a
 * `ForbiddenError` for a role that does not review, a `ConflictError` for a picture that is not generated or in the trash.
 */
export async function reviewImages(
  { transact, clock }: { transact: Transact; clock: Clock },
  viewer: Actor,
  unchecked: z.input<typeof review>,
): Promise<{ imageIds: string[] }> {
  const { imageIds, decision, reason } = parseInput(review, unchecked);
  const ids = [...new Set(imageIds)];
  const [at, { userId }] = [clock.now(), viewer];
  return transact(async (tx) => {
    await requireReviewable(tx, viewer, ids);
    const reviewed = await tx.image.updateManyAndReturn({
      where: { id: { in: ids }, status: "GENERATED" },
      data: {
        reviewState: decision,
        reviewReason: reason ?? null,
        reviewedById: userId,
        reviewedAt: at,
        statusVersion: { increment: 1 },
      },
      select: { id: true, workspaceId: true, statusVersion: true, batchId: true },
    });
    await tx.reviewDecision.createMany({
      data: reviewed.map(({ id }) => ({ imageId: id, state: decision, reason: reason ?? null, userId, at })),
    });
    await recordImageUpdates(tx, reviewed);
    await recordNotices(
      tx,
      reviewed.map(({ id, workspaceId, statusVersion: version, batchId }) => ({
        ...{ workspaceId, kind: "IMAGE_REVIEWED" as const, entityId: id, cause: { id, version }, actorId: userId },
        groupKey: `${batchId} ${decision}`,
      })),
    );
    await tellAwaitingPosts(tx, ids);
    if (decision === "REJECTED") await warnScheduledPosts(tx, ids, userId);
    return { imageIds: ids };
  });
}

async function requireReviewable(tx: Tx, viewer: Actor, ids: string[]): Promise<void> {
  const images = await tx.image.findMany({
    where: { id: { in: ids } },
    select: { id: true, workspaceId: true, status: true, trashedAt: true },
  });
  if (images.length < ids.length) throw new NotFoundError("image");
  for (const workspaceId of new Set(images.map((image) => image.workspaceId))) {
    await requireMember(tx, viewer, { workspaceId, permission: "images:review", what: "image" });
  }
  const unfinished = images.find((image) => image.status !== "GENERATED");
  if (unfinished !== undefined) {
    throw new ConflictError(`An image is ${unfinished.status}. Only a GENERATED image can be reviewed.`);
  }
  if (images.some(({ trashedAt }) => trashedAt !== null)) throw inTrash();
}
