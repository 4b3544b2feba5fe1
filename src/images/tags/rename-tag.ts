import { z } from "zod";
import type { Transact } from "../../infra/db.ts";
import { ConflictError } from "../../infra/errors.ts";
import { parseInput } from "../../infra/parse-input.ts";
import type { Actor } from "../../workspaces/require-member.ts";
import { findTagToWrite } from "./find-tag-to-write.ts";
import { followTags, imagesToFollow } from "./follow-tags.ts";
import { tagKey, tagName } from "./tag-name.ts";

const renaming = z.object({ tagId: z.uuid(), name: tagName });

/**
 * Gives a tag another name, on every picture that has it. Throws a `NotFoundError` for a tag the viewer cannot see, a
 * `ForbiddenError` for a role that does not edit, a `ConflictError` when another tag has the name.
 */
export async function renameTag(
  { transact }: { transact: Transact },
  viewer: Actor,
  unchecked: z.input<typeof renaming>,
): Promise<{ tagId: string }> {
  const { tagId, name } = parseInput(renaming, unchecked);
  return transact(async (tx) => {
    const { workspaceId, ...tag } = await findTagToWrite(tx, viewer, tagId);
    if (tag.name === name) return { tagId };
    const nameKey = tagKey(name);
    const other = await tx.tag.findUnique({ where: { workspaceId_nameKey: { workspaceId, nameKey } } });
    if (other !== null && other.id !== tagId) {
      throw new ConflictError(`The tag "${other.name}" is there already. Choose another name, or merge the two.`);
    }
    await tx.tag.update({ where: { id: tagId }, data: { name, nameKey } });
    await followTags(tx, workspaceId, await imagesToFollow(tx, tagId));
    return { tagId };
  });
}
