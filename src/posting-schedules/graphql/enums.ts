import { builder } from "../../graphql/builder.ts";

/** Where a schedule stands. */
export const PostingScheduleStateEnum = builder.enumType("PostingScheduleState", {
  description: "Where a posting schedule stands.",
  values: {
    ACTIVE: { description: "It makes posts." },
    PAUSED: { description: "It makes none until it is resumed." },
    ENDED: { description: "It will make none any more." },
  } as const,
});

/** What happens without a picture. */
export const DeadlinePolicyEnum = builder.enumType("DeadlinePolicy", {
  description: "What happens to an occurrence whose picture is not there on its deadline.",
  values: {
    FALLBACK: { description: "It shows the fallback picture, and people are told." },
    SKIP: { description: "It is left out, and people are told." },
    ASK: { description: "People are asked; without an answer within an hour after its time it is missed." },
  } as const,
});

/** Where an occurrence stands. */
export const OccurrenceStateEnum = builder.enumType("OccurrenceState", {
  description: "Where an occurrence stands.",
  values: {
    PLANNED: { description: "It is to come; its post is not made yet." },
    AWAITING_PICTURE: { description: "Its picture is being made, or waits for review." },
    NEEDS_DECISION: { description: "It goes nowhere unless somebody overrides, moves or skips it; `reason` says why." },
    POSTED: { description: "Its post is made and scheduled; look at the post for what becomes of it." },
    SKIPPED: { description: "It was left out, by somebody or by the policy." },
    MISSED: { description: "Its time went by without a post." },
    CANCELLED: { description: "Its schedule ended, or no longer has it." },
  } as const,
});
