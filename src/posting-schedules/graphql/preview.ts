/** A schedule as it would be, before it is saved. */
import { builder } from "../../graphql/builder.ts";
import { ValidationIssueType } from "../../graphql/errors.ts";
import { encodeGlobalId } from "../../graphql/ids.ts";
import { LocalTimeKindEnum } from "../../graphql/local-time-kind.ts";
import { readIds } from "../../graphql/read-ids.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import { ValidationError, type ValidationIssue } from "../../infra/errors.ts";
import { type Clash, clashMinutes, type QuotaUse } from "../clashes.ts";
import { mostPreviewed, type PreviewedDate, previewPostingSchedule } from "../preview-posting-schedule.ts";

import { chosenRecurrence, descriptions, RecurrenceInput } from "./inputs.ts";

/** Something that goes out near a date. */
export const ClashType = builder.objectRef<Clash>("ScheduleClash").implement({
  description: `Another post of the same account within ${clashMinutes} minutes.`,
  fields: (t) => ({
    socialAccountId: t.id({
      description: "The account.",
      resolve: ({ socialAccountId }) => encodeGlobalId("SocialAccount", socialAccountId),
    }),
    postId: t.id({
      nullable: true,
      description: "The other post; null where another schedule has not made it yet.",
      resolve: ({ postId }) => (postId === null ? null : encodeGlobalId("Post", postId)),
    }),
    occurrenceId: t.id({
      nullable: true,
      description: "The other schedule's date; null where no schedule made the post.",
      resolve: ({ occurrenceId }) => (occurrenceId === null ? null : encodeGlobalId("Occurrence", occurrenceId)),
    }),
    at: t.expose("at", { type: "DateTime", description: "When it goes out." }),
  }),
});

const QuotaUseType = builder.objectRef<QuotaUse>("QuotaUse").implement({
  description: "How much of what a platform takes of an account is used at a date.",
  fields: (t) => ({
    socialAccountId: t.id({
      description: "The account.",
      resolve: ({ socialAccountId }) => encodeGlobalId("SocialAccount", socialAccountId),
    }),
    used: t.exposeInt("used", { description: "Posts within the window before the date, itself included." }),
    allowed: t.exposeInt("allowed", { description: "Posts that the platform takes within the window." }),
    hours: t.exposeFloat("hours", { description: "The moving window." }),
    isExceeded: t.boolean({
      description: "Whether the post would have to wait.",
      resolve: ({ used, allowed }) => used > allowed,
    }),
  }),
});

const PreviewedDateType = builder.objectRef<PreviewedDate>("PreviewedDate").implement({
  description: "A date of a schedule as it would be.",
  fields: (t) => ({
    localTime: t.exposeString("localTime", { description: "In the schedule's zone, without zone." }),
    at: t.expose("at", { type: "DateTime", description: "The instant." }),
    kind: t.expose("kind", { type: LocalTimeKindEnum, description: "What the clocks do at that time." }),
    clashes: t.field({
      type: [ClashType],
      description: "Other posts of the accounts near it.",
      resolve: ({ clashes }) => [...clashes],
    }),
    quotas: t.field({
      type: [QuotaUseType],
      description: "What it leaves of the accounts' quotas; platforms without one are left out.",
      resolve: ({ quotas }) => [...quotas],
    }),
  }),
});

interface Preview {
  readonly dates: readonly PreviewedDate[];
  readonly issues: readonly ValidationIssue[];
}

const PreviewType = builder.objectRef<Preview>("PostingSchedulePreview").implement({
  description: "The next dates of a schedule, or why it cannot be.",
  fields: (t) => ({
    dates: t.field({
      type: [PreviewedDateType],
      description: "In order; empty where there are issues. Fewer than asked for where the schedule ends.",
      resolve: ({ dates }) => [...dates],
    }),
    issues: t.field({
      type: [ValidationIssueType],
      description: "Everything that is wrong with it.",
      resolve: ({ issues }) => [...issues],
    }),
  }),
});

const PreviewPostingScheduleInput = builder.inputType("PreviewPostingScheduleInput", {
  description: "A schedule as it is being written.",
  fields: (t) => ({
    workspaceId: t.id({ description: "Whose it will be. Default: your personal workspace." }),
    timeZone: t.string({ required: true, description: descriptions.timeZone }),
    recurrence: t.field({ type: RecurrenceInput, required: true, description: descriptions.recurrence }),
    socialAccountIds: t.idList({ description: "Where it will go: clashes and quotas are these accounts'." }),
    postingScheduleId: t.id({ description: "The saved schedule that is to change: it does not clash with itself." }),
    count: t.int({ description: `Dates, at most ${mostPreviewed}. Default: 20.` }),
  }),
});

builder.queryField("previewPostingSchedule", (t) =>
  t.withAuth({ may: "posts:read" }).field({
    type: PreviewType,
    nullable: true,
    description: "The next dates of a schedule before it is saved: what clocks do, what clashes, what quotas are left.",
    args: { input: t.arg({ type: PreviewPostingScheduleInput, required: true, description: "The schedule." }) },
    resolve: async (_root, { input }, { services, viewer }): Promise<Preview> => {
      const { timeZone, recurrence, count } = input;
      try {
        const ids = readIds((id) => ({
          socialAccountIds: (input.socialAccountIds ?? []).map((text, index) =>
            id("SocialAccount", text, ["socialAccountIds", `${index}`]),
          ),
          postingScheduleId: input.postingScheduleId
            ? id("PostingSchedule", input.postingScheduleId, ["postingScheduleId"])
            : null,
        }));
        const dates = await previewPostingSchedule(services, viewer, {
          ...{ workspaceId: workspaceOf(viewer, input.workspaceId), timeZone, ...ids },
          ...{ recurrence: chosenRecurrence(recurrence), ...(typeof count === "number" && { count }) },
        });
        return { dates, issues: [] };
      } catch (error) {
        if (error instanceof ValidationError) return { dates: [], issues: error.issues };
        throw error;
      }
    },
  }),
);
