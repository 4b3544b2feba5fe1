import { z } from "zod";
import type { Transact, Tx } from "../../infra/db.ts";
import { parseInput } from "../../infra/parse-input.ts";
import type { Actor } from "../../workspaces/require-member.ts";
import { bulkImageIds, findChangeable, type ImageOutcome, lockImages, outcomesOf } from "../change-images.ts";
import { inTrash } from "../trash.ts";
import { lockTagNames } from "./ensure-tags.ts";
import { tagKey, tagNames } from "./tag-name.ts";
import { writeTagNames } from "./write-tag-names.ts";

const untagging = z.object({
  imageIds: bulkImageIds,
  tags: tagNames.refine((names) => names.length > 0, "Name a tag."),
});

/** Takes tags off pictures; those that a picture does not have are no fault. Each picture has its own result. */
export async function untagImages(
  { transact }: { transact: Transact },
  viewer: Actor,
  unchecked: z.input<typeof untagging>,
): Promise<{ outcomes: ImageOutcome[] }> {
  const { imageIds, tags } = parseInput(untagging, unchecked);
  return transact(async (tx) => {
    const { byWorkspace, errors } = await findChangeable(tx, viewer, { imageIds, permission: "images:edit" });
    for (const workspaceId of byWorkspace.keys()) await lockTagNames(tx, workspaceId);
    const locked = await lockImages(tx, [...byWorkspace.values()].flat());
    for (const { id, trashedAt } of locked) if (trashedAt !== null) errors.set(id, inTrash());
    await removeTags(
      tx,
      locked.filter(({ id }) => !errors.has(id)).map(({ id }) => id),
      tags.map(tagKey),
    );
    return outcomesOf(imageIds, errors);
  });
}

async function removeTags(tx: Tx, imageIds: readonly string[], keys: readonly string[]): Promise<void> {
  const removed = await tx.$queryRaw<{ imageId: string }[]>`
    delete from image_tag using tag
    where tag.id = image_tag.tag_id and tag.name_key = any(${keys}) and image_tag.image_id = any(${imageIds}::uuid[])
    returning image_tag.image_id as "imageId"`;
  await writeTagNames(tx, [...new Set(removed.map(({ imageId }) => imageId))]);
}
