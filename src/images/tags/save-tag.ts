import { z } from "zod";
import type { Transact } from "../../infra/db.ts";
import { parseInput } from "../../infra/parse-input.ts";
import { type Actor, requireMember } from "../../workspaces/require-member.ts";
import { lockTagNames, requireRoomForTags } from "./ensure-tags.ts";
import { colourFor, tagColour, tagKey, tagName } from "./tag-name.ts";

const newTag = z.object({ workspaceId: z.uuid(), name: tagName, colour: tagColour.nullish() });

/**
 * Makes a tag, or gives the one of that name, in whatever case, another colour. Throws a `NotFoundError` for a foreign workspace, a
 * `ForbiddenError` for a role that does not edit, a `ConflictError` when the workspace has too many.
 */
export async function saveTag(
  { transact }: { transact: Transact },
  viewer: Actor,
  unchecked: z.input<typeof newTag>,
): Promise<{ tagId: string }> {
  const { workspaceId, name, colour } = parseInput(newTag, unchecked);
  return transact(async (tx) => {
    await requireMember(tx, viewer, { workspaceId, permission: "images:edit" });
    await lockTagNames(tx, workspaceId);
    const nameKey = tagKey(name);
    const known = await tx.tag.findUnique({ where: { workspaceId_nameKey: { workspaceId, nameKey } } });
    if (known === null) {
      await requireRoomForTags(tx, workspaceId, 1);
      const made = await tx.tag.create({ data: { workspaceId, name, nameKey, colour: colour ?? colourFor(name) } });
      return { tagId: made.id };
    }
    if (typeof colour === "string") await tx.tag.update({ where: { id: known.id }, data: { colour } });
    return { tagId: known.id };
  });
}
