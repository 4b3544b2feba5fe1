import { z } from "zod";
import type { Prisma } from "../generated/prisma/client.ts";
import type { Transact, Tx } from "../infra/db.ts";
import { ConflictError, NotFoundError, VersionConflictError } from "../infra/errors.ts";
import { parseInput } from "../infra/parse-input.ts";
import { type Actor, requireMember } from "../workspaces/require-member.ts";
import { writeImages } from "./change-images.ts";
import { findInWaitingPosts, lockPostsWith } from "./posts-that-wait.ts";
import { ensureTags } from "./tags/ensure-tags.ts";
import { tagNames } from "./tags/tag-name.ts";
import { writeTagNames } from "./tags/write-tag-names.ts";
import { inTrash } from "./trash.ts";

/** Absent leaves what is there; null and an empty text take it away. */
const text = (most: number, what: string) =>
  z
    .string()
    .trim()
    .max(most, `The ${what} is longer than ${most.toLocaleString("en")} characters.`)
    .nullish()
    .transform((written) => (written === "" ? null : written));

const edit = z.object({
  imageId: z.uuid(),
  title: text(200, "title"),
  altText: text(5_000, "alt text"),
  favourite: z.boolean().nullish(),
  rating: z.number().int().min(0, "A rating is 0 to 5.").max(5, "A rating is 0 to 5.").nullish(),
  /** All of them: those not named are taken off. */
  tags: tagNames.nullish(),
  expectedVersion: z.number().int().nullish(),
});

type Edit = z.output<typeof edit>;

/**
 * Changes what people write about a picture. Throws a `ValidationError`, a `NotFoundError` for one the viewer cannot see, a
 * `ForbiddenError` for a role that does not edit, a `VersionConflictError` when somebody edited it since, and a `ConflictError` for
 * one in the trash, for too many tags in the workspace, and for a text that a scheduled post was fixed with.
 */
export async function updateImage(
  { transact }: { transact: Transact },
  viewer: Actor,
  unchecked: z.input<typeof edit>,
): Promise<{ imageId: string }> {
  const input = parseInput(edit, unchecked);
  const { imageId, tags } = input;
  return transact(async (tx) => {
    const found = await tx.image.findUnique({ where: { id: imageId }, select: { workspaceId: true } });
    if (found === null) throw new NotFoundError("image");
    const { workspaceId } = found;
    await requireMember(tx, viewer, { workspaceId, permission: "images:edit", what: "image" });
    const tagIds = tags ? await ensureTags(tx, workspaceId, tags) : null;
    const data = await fieldsToWrite(tx, input);
    const retagged = tagIds !== null && (await setTags(tx, imageId, tagIds));
    if (Object.keys(data).length > 0) {
      // One edit raises the version once: with tags, their names do it.
      if (retagged) await tx.image.update({ where: { id: imageId }, data });
      else await writeImages(tx, [imageId], data);
    }
    if (retagged) await writeTagNames(tx, [imageId]);
    return { imageId };
  });
}

/** What changes, once the picture is locked and found to be as expected. */
async function fieldsToWrite(tx: Tx, input: Edit): Promise<Prisma.ImageUpdateManyMutationInput> {
  const { imageId, title, altText, favourite, rating, expectedVersion } = input;
  const rewritten = title !== undefined || altText !== undefined;
  if (rewritten) await lockPostsWith(tx, [imageId]);
  await tx.$queryRaw`select 1 from image where id = ${imageId}::uuid for update`;
  const image = await tx.image.findUnique({ where: { id: imageId } });
  if (image === null) throw new NotFoundError("image");
  if (image.trashedAt !== null) throw inTrash();
  if (typeof expectedVersion === "number" && expectedVersion !== image.version) {
    throw new VersionConflictError("image", expectedVersion, image.version);
  }
  const data = {
    ...(title !== undefined && title !== image.title && { title }),
    ...(altText !== undefined && altText !== image.altText && { altText }),
    ...(typeof favourite === "boolean" && favourite !== image.favourite && { favourite }),
    ...(typeof rating === "number" && rating !== image.rating && { rating }),
  };
  if (("title" in data || "altText" in data) && (await findInWaitingPosts(tx, [imageId])).has(imageId)) {
    throw new ConflictError(
      "A scheduled post shows the image and goes out with the texts it was scheduled with. Cancel it, change the text, and schedule it again.",
    );
  }
  return data;
}

/** Gives a locked picture exactly these tags. Answers whether anything changed. */
async function setTags(tx: Tx, imageId: string, tagIds: readonly string[]): Promise<boolean> {
  const removed = await tx.imageTag.deleteMany({ where: { imageId, tagId: { notIn: [...tagIds] } } });
  const added = await tx.imageTag.createMany({
    data: tagIds.map((tagId) => ({ imageId, tagId })),
    skipDuplicates: true,
  });
  return removed.count + added.count > 0;
}
