import { z } from "zod";
import type { Transact } from "../../infra/db.ts";
import { parseInput } from "../../infra/parse-input.ts";
import type { Actor } from "../../workspaces/require-member.ts";
import { findTagToWrite } from "./find-tag-to-write.ts";
import { followTags, imagesToFollow } from "./follow-tags.ts";

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
    const { workspaceId } = await findTagToWrite(tx, viewer, tagId);
    const imageIds = await imagesToFollow(tx, tagId);
    await tx.tag.delete({ where: { id: tagId } });
    await followTags(tx, workspaceId, imageIds);
    return { tagId };
  });
}
