import { z } from "zod";
import type { Clock } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
import { NotFoundError } from "../infra/errors.ts";
import { parseInput } from "../infra/parse-input.ts";
import { type Actor, requireMember } from "../workspaces/require-member.ts";
import { recordImageUpdates } from "./image-status.ts";
import { inTrash } from "./trash.ts";

const newComment = z.object({
  imageId: z.uuid(),
  text: z.string().trim().min(1, "The comment is empty.").max(5_000, "The comment is longer than 5,000 characters."),
});

/**
 * Says something about a picture. Throws a `ValidationError`, a `NotFoundError` for one the viewer cannot see, a `ForbiddenError` for
 * a role that does not comment, a `ConflictError` for one in the trash.
 */
export async function commentOnImage(
  { transact, clock }: { transact: Transact; clock: Clock },
  viewer: Actor,
  unchecked: z.input<typeof newComment>,
): Promise<{ commentId: string }> {
  const { imageId, text } = parseInput(newComment, unchecked);
  return transact(async (tx) => {
    const image = await tx.image.findUnique({ where: { id: imageId }, select: { workspaceId: true } });
    if (image === null) throw new NotFoundError("image");
    const { workspaceId } = image;
    await requireMember(tx, viewer, { workspaceId, permission: "images:comment", what: "image" });
    const commented = await tx.image.updateManyAndReturn({
      where: { id: imageId, trashedAt: null },
      data: { statusVersion: { increment: 1 } },
      select: { id: true, workspaceId: true, statusVersion: true },
    });
    if (commented.length === 0) throw inTrash();
    const comment = await tx.imageComment.create({
      data: { imageId, text, userId: viewer.userId, createdAt: clock.now() },
      select: { id: true },
    });
    await recordImageUpdates(tx, commented);
    return { commentId: comment.id };
  });
}
