/** By what figures over targets are grouped, as SQL over the row `target` of `post_target`. */
import { Prisma } from "../../generated/prisma/client.ts";

/** Groupings of targets that lie in the targets themselves, their accounts, schedules and pictures. */
export const targetGroupings = [
  "NONE",
  "PLATFORM",
  "ACCOUNT",
  "SCHEDULE",
  "STYLE",
  "PROVIDER",
  "MODEL",
  "TAG",
] as const;

/** One of {@link targetGroupings}. */
export type TargetGrouping = (typeof targetGroupings)[number];

/** What names a target's group, and what must be joined for it. */
export interface GroupingSql {
  /** A text; null for targets that have none. */
  readonly key: Prisma.Sql;
  readonly join: Prisma.Sql;
}

const pictures = Prisma.sql`
  left join post_image on post_image.post_id = target.post_id
  left join image on image.id = post_image.image_id`;

/** The SQL of a grouping. A target with pictures of several groups counts in each of them, once. */
export function groupingSql(groupBy: TargetGrouping): GroupingSql {
  switch (groupBy) {
    case "NONE":
      return { key: Prisma.sql`'ALL'`, join: Prisma.empty };
    case "PLATFORM":
      return {
        key: Prisma.sql`upper(account.platform)`,
        join: Prisma.sql`join social_account as account on account.id = target.social_account_id`,
      };
    case "ACCOUNT":
      return { key: Prisma.sql`target.social_account_id::text`, join: Prisma.empty };
    case "SCHEDULE":
      return {
        key: Prisma.sql`occurrence.schedule_id::text`,
        join: Prisma.sql`left join occurrence on occurrence.post_id = target.post_id`,
      };
    case "STYLE":
      return {
        key: Prisma.sql`style.name`,
        join: Prisma.sql`${pictures}
          left join style_version on style_version.id = image.style_version_id
          left join style on style.id = style_version.style_id`,
      };
    case "PROVIDER":
      return { key: Prisma.sql`image.provider`, join: pictures };
    case "MODEL":
      return { key: Prisma.sql`image.provider || '/' || image.model`, join: pictures };
    case "TAG":
      return {
        key: Prisma.sql`tag.name`,
        join: Prisma.sql`${pictures}
          left join image_tag on image_tag.image_id = image.id
          left join tag on tag.id = image_tag.tag_id`,
      };
  }
}
