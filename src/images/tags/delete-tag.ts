import { z } from "zod";
import type { Transact } from "../../infra/db.ts";
import { parseInput } from "../../infra/parse-input.ts";
import type { Actor } from "../../workspaces/require-member.ts";
import { findTagToWrite } from "./find-tag-to-write.ts";
import { imagesWithTag, writeTagNames } from "./write-tag-names.ts";

const deletion = z.object({ tagId: z.uuid() });

/**
 * Takes a tag off every picture and deletes it; the pictures stay. Throws a `NotFoundError` for a tag the viewer cannot see, a
 * `ForbiddenError` for a role that does not edit.
 */
export async function deleteTag(
  { transact }: { transact: Transact },
  viewer: Actor,
  unchecked: z.input<typeof deletion>,
): Promise<{ tagId: string }> {
  const { tagId } = parseInput(deletion, unchecked);
  return transact(async (tx) => {
    await findTagToWrite(tx, viewer, tagId);
    const imageIds = await imagesWithTag(tx, tagId);
    await tx.tag.delete({ where: { id: tagId } });
    await writeTagNames(tx, imageIds);
    return { tagId };
  });
}
