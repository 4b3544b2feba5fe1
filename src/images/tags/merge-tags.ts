import { z } from "zod";
import type { Transact } from "../../infra/db.ts";
import { ValidationError } from "../../infra/errors.ts";
import { parseInput } from "../../infra/parse-input.ts";
import type { Actor } from "../../workspaces/require-member.ts";
import { findTagToWrite } from "./find-tag-to-write.ts";
import { followTags, imagesToFollow } from "./follow-tags.ts";

const merging = z
  .object({ fromTagId: z.uuid(), intoTagId: z.uuid() })
  .refine(({ fromTagId, intoTagId }) => fromTagId !== intoTagId, {
    path: ["intoTagId"],
    error: "A tag cannot be merged into itself. Name two tags.",
    params: { code: "DUPLICATE" },
  });

/**
 * Gives every picture of one tag another one instead, and deletes the first. Throws a `NotFoundError` for a tag the viewer cannot
 * see, a `ForbiddenError` for a role that does not edit, a `ValidationError` for tags of two workspaces.
 */
export async function mergeTags(
  { transact }: { transact: Transact },
  viewer: Actor,
  unchecked: z.input<typeof merging>,
): Promise<{ tagId: string }> {
  const { fromTagId, intoTagId } = parseInput(merging, unchecked);
  return transact(async (tx) => {
    const from = await findTagToWrite(tx, viewer, fromTagId);
    const into = await findTagToWrite(tx, viewer, intoTagId);
    if (from.workspaceId !== into.workspaceId) {
      const message = "The two tags belong to two workspaces. Merge tags of the same one.";
      throw new ValidationError([{ path: ["intoTagId"], code: "OTHER_WORKSPACE", message }]);
    }
    const imageIds = await imagesToFollow(tx, fromTagId);
    // Pictures that have both lose the first with its tag.
    await tx.$executeRaw`
      update image_tag set tag_id = ${intoTagId}::uuid
      where tag_id = ${fromTagId}::uuid and not exists (
        select 1 from image_tag as other where other.image_id = image_tag.image_id and other.tag_id = ${intoTagId}::uuid)`;
    await tx.postingSchedule.updateMany({ where: { tagId: fromTagId }, data: { tagId: intoTagId } });
    await tx.tag.delete({ where: { id: fromTagId } });
    await followTags(tx, from.workspaceId, imageIds);
    return { tagId: intoTagId };
  });
}
