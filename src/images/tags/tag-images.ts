import { z } from "zod";
import type { Transact, Tx } from "../../infra/db.ts";
import { ConflictError } from "../../infra/errors.ts";
import { parseInput } from "../../infra/parse-input.ts";
import type { Actor } from "../../workspaces/require-member.ts";
import {
  bulkImageIds,
  findChangeable,
  type ImageOutcome,
  type ImageRefusal,
  lockImages,
  outcomesOf,
} from "../change-images.ts";
import { inTrash } from "../trash.ts";
import { ensureTags } from "./ensure-tags.ts";
import { mostTagsOfImage, tagNames } from "./tag-name.ts";
import { writeTagNames } from "./write-tag-names.ts";

const tagging = z.object({ imageIds: bulkImageIds, tags: tagNames.refine((names) => names.length > 0, "Name a tag.") });

/**
 * Gives pictures tags, beside those they have; tags that there are none of are made. Each picture has its own result. Throws a
 * `ValidationError`, and a `ConflictError` when a workspace would have too many tags: then nothing is written.
 */
export async function tagImages(
  { transact }: { transact: Transact },
  viewer: Actor,
  unchecked: z.input<typeof tagging>,
): Promise<{ outcomes: ImageOutcome[] }> {
  const { imageIds, tags } = parseInput(tagging, unchecked);
  return transact(async (tx) => {
    const { byWorkspace, errors } = await findChangeable(tx, viewer, { imageIds, permission: "images:edit" });
    for (const [workspaceId, ids] of byWorkspace) {
      const tagIds = await ensureTags(tx, workspaceId, tags);
      for (const [id, error] of await addTags(tx, ids, tagIds)) errors.set(id, error);
    }
    return outcomesOf(imageIds, errors);
  });
}

/** Adds tags where they fit, and answers why they do not elsewhere. */
async function addTags(tx: Tx, imageIds: readonly string[], tagIds: readonly string[]) {
  const errors = new Map<string, ImageRefusal>();
  const locked = await lockImages(tx, imageIds);
  const others = await tx.imageTag.groupBy({
    by: ["imageId"],
    where: { imageId: { in: [...imageIds] }, tagId: { notIn: [...tagIds] } },
    _count: { tagId: true },
  });
  const kept = new Map(others.map(({ imageId, _count }) => [imageId, _count.tagId]));
  for (const { id, trashedAt } of locked) {
    const count = (kept.get(id) ?? 0) + tagIds.length;
    if (trashedAt !== null) errors.set(id, inTrash());
    else if (count > mostTagsOfImage) {
      errors.set(id, new ConflictError(`The image would have ${count} tags; ${mostTagsOfImage} are the most.`));
    }
  }
  const fitting = locked.filter(({ id }) => !errors.has(id));
  const added = await tx.imageTag.createManyAndReturn({
    data: fitting.flatMap(({ id }) => tagIds.map((tagId) => ({ imageId: id, tagId }))),
    skipDuplicates: true,
    select: { imageId: true },
  });
  await writeTagNames(tx, [...new Set(added.map(({ imageId }) => imageId))]);
  return errors;
}
