import { Prisma } from "../../generated/prisma/client.ts";
import type { Tx } from "../../infra/db.ts";
import { recordImageUpdates } from "../image-status.ts";

/** What the search reads of a row of `image` for its tags, as their rows say. */
export const tagNamesOfImage = Prisma.sql`
  coalesce((
    select string_agg(tag.name, ' ' order by tag.name_key)
    from image_tag join tag on tag.id = image_tag.tag_id where image_tag.image_id = image.id), '')`;

/**
 * Writes the names of their tags into pictures, where the search finds them, raises their versions and tells subscribers. Call it
 * in the transaction that changed the tags, with the pictures whose tags changed.
 */
export async function writeTagNames(tx: Tx, imageIds: readonly string[]): Promise<void> {
  if (imageIds.length === 0) return;
  const changed = await tx.$queryRaw<{ id: string; workspaceId: string; statusVersion: number }[]>`
    update image set
      tag_names = ${tagNamesOfImage},
      version = image.version + 1,
      status_version = image.status_version + 1
    from (select id from image where id = any(${imageIds}::uuid[]) order by id for update) as locked
    where image.id = locked.id
    returning image.id, image.workspace_id as "workspaceId", image.status_version as "statusVersion"`;
  await recordImageUpdates(tx, changed);
}
