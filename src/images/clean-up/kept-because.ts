/** What keeps a picture from being cleaned up, written once: the plan, the run and the receipt all ask this. */
import { Prisma } from "../../generated/prisma/client.ts";

/** Why a picture is kept. */
export const keepReasons = [
  "IN_PROGRESS",
  "YOUNG",
  "FAVOURITE",
  "RATED",
  "APPROVED",
  "ARCHIVED",
  "TAGGED_KEEP",
  "USED_IN_POST",
  "STYLE_PREVIEW",
] as const;

/** One of {@link keepReasons}. */
export type KeepReason = (typeof keepReasons)[number];

/** A picture rated like this or better is kept. */
const goodRating = 4;

/** The tag that keeps a picture, in its lower-case form. */
const keepTag = "keep";

/**
 * Every reason for which a row of `image` is kept, as a text array; empty: it goes. Whoever reads it leaves out what is in the
 * trash, which goes by a time of its own.
 * @param before pictures asked for at this moment or later are too young.
 */
export const keptBecause = (before: Date): Prisma.Sql => Prisma.sql`
  array_remove(array[
    case when image.status in ('PENDING', 'GENERATING') then 'IN_PROGRESS' end,
    case when image.created_at >= ${before} then 'YOUNG' end,
    case when image.favourite then 'FAVOURITE' end,
    case when image.rating >= ${goodRating} then 'RATED' end,
    case when image.review_state = 'APPROVED' then 'APPROVED' end,
    case when image.archived_at is not null then 'ARCHIVED' end,
    case when exists (
      select 1 from image_tag join tag on tag.id = image_tag.tag_id
      where image_tag.image_id = image.id and tag.name_key = ${keepTag}) then 'TAGGED_KEEP' end,
    case when exists (select 1 from post_image where post_image.image_id = image.id) then 'USED_IN_POST' end,
    case when exists (
      select 1 from style join style_version on style_version.style_id = style.id
      where style.workspace_id = image.workspace_id and style_version.preview_image_id = image.id) then 'STYLE_PREVIEW' end
  ], null)`;
