import type { TargetGrouping } from "../figures/grouping.ts";

/** The groupings that lie in targets, their accounts and their pictures, with what they mean. */
export const targetGroupingValues = {
  NONE: { description: "All in one group, `ALL`." },
  PLATFORM: { description: "The platform, as in the enum `Platform`." },
  ACCOUNT: { description: "The social account." },
  STYLE: { description: "The styles of the post's pictures, whatever their version." },
  PROVIDER: { description: "The image providers of the post's pictures." },
  MODEL: { description: "Provider and model of the post's pictures, as `provider/model`." },
  TAG: { description: "The tags of the post's pictures." },
} as const satisfies { [grouping in TargetGrouping]: { description: string } };
