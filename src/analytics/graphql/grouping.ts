import { encodeGlobalId } from "../../graphql/ids.ts";
import type { TargetGrouping } from "../figures/grouping.ts";

/** The groupings that lie in targets, their accounts, schedules and pictures, with what they mean. */
export const targetGroupingValues = {
  NONE: { description: "All in one group, `ALL`." },
  PLATFORM: { description: "The platform, as in the enum `Platform`." },
  ACCOUNT: { description: "The social account." },
  SCHEDULE: {
    description: "The posting schedule that wrote the post. One that was split off another is a group of its own.",
  },
  STYLE: { description: "The styles of the post's pictures, whatever their version." },
  PROVIDER: { description: "The image providers of the post's pictures." },
  MODEL: { description: "Provider and model of the post's pictures, as `provider/model`." },
  TAG: { description: "The tags of the post's pictures." },
} as const satisfies { [grouping in TargetGrouping]: { description: string } };

/** What `key` of a group is. */
export const groupKeyText =
  "The group; for accounts and posting schedules the id. Null for targets that have none, such as no tag.";

/** What `label` of a group is. */
export const groupLabelText = "The group for people: the account's handle, the schedule's name, or the same as `key`.";

const identified: Readonly<Record<string, string>> = { ACCOUNT: "SocialAccount", SCHEDULE: "PostingSchedule" };

/** A group's key as clients know it: what has an id is named by it. */
export function groupKeyOf(groupBy: string, key: string | null): string | null {
  const type = identified[groupBy];
  return type === undefined || key === null ? key : encodeGlobalId(type, key);
}
