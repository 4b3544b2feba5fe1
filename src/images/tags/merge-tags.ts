import { z } from "zod";
import type { Transact } from "../../infra/db.ts";
import { ValidationError } from "../../infra/errors.ts";
import { parseInput } from "../../infra/parse-input.ts";
import type { Actor } from "../../workspaces/require-member.ts";
import { findTagToWrite } from "./find-tag-to-write.ts";
import { imagesWithTag, writeTagNames } from "./write-tag-names.ts";

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
    const imageIds = await imagesWithTag(tx, fromTagId);
    await tx.$executeRaw`
      insert into image_tag (image_id, tag_id)
      select image_id, ${intoTagId}::uuid from image_tag where tag_id = ${fromTagId}::uuid
      on conflict do nothing`;
    await tx.tag.delete({ where: { id: fromTagId } });
    await writeTagNames(tx, imageIds);
    return { tagId: intoTagId };
  });
}
