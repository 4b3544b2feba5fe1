/** Schedules and single dates of them are changed. */
import { builder } from "../../graphql/builder.ts";
import { rowId, rowIds } from "../../graphql/ids.ts";
import {
  ConflictError,
  ForbiddenError,
  NotFoundError,
  ValidationError,
  VersionConflictError,
} from "../../infra/errors.ts";
import { ImageNotApprovedError } from "../../posts/errors.ts";
import { moveOccurrence } from "../move-occurrence.ts";
import { overrideOccurrence } from "../override-occurrence.ts";
import { skipOccurrence } from "../skip-occurrence.ts";
import { updatePostingSchedule } from "../update-posting-schedule.ts";
import { changedOccurrence, updatedSchedule } from "./changed-schedule.ts";
import {
  chosenRecurrence,
  DeadlinePolicyEnum,
  descriptions,
  given,
  PicturesInput,
  RecurrenceInput,
  readParts,
  ScheduleTargetInput,
} from "./inputs.ts";

const changeErrors = [
  ...[ValidationError, NotFoundError, ForbiddenError],
  ...[ConflictError, VersionConflictError, ImageNotApprovedError],
];

const ScopeInput = builder.inputType("PostingScheduleScopeInput", {
  description: "What of a schedule changes: give exactly one.",
  isOneOf: true,
  fields: (t) => ({
    this: t.id({ description: "This occurrence alone: its text." }),
    thisAndFuture: t.id({
      description:
        "This occurrence and all that follow: the schedule ends before it, and a new one goes on, counted from the same first date.",
    }),
    all: t.boolean({ description: "All that are still to come; pass true." }),
  }),
});

function chosenScope(scope: typeof ScopeInput.$inferInput) {
  if (scope.this) return { this: rowId("Occurrence", scope.this, ["scope", "this"]) };
  if (scope.thisAndFuture) {
    return { thisAndFuture: rowId("Occurrence", scope.thisAndFuture, ["scope", "thisAndFuture"]) };
  }
  if (scope.all === true) return { all: true as const };
  const message = "`all: false` says nothing. Pass `all: true`, or an occurrence.";
  throw new ValidationError([{ path: ["scope", "all"], code: "INVALID", message }]);
}

const UpdatePostingScheduleInput = builder.inputType("UpdatePostingScheduleInput", {
  description: "What to change in a posting schedule. What is absent stays; lists replace what was there.",
  fields: (t) => ({
    postingScheduleId: t.id({ required: true, description: "The schedule." }),
    expectedVersion: t.int({
      required: true,
      description: "The `version` you read: refused when somebody changed the schedule since.",
    }),
    scope: t.field({ type: ScopeInput, required: true, description: "What of it changes." }),
    name: t.string({ description: descriptions.name }),
    timeZone: t.string({ description: descriptions.timeZone }),
    locale: t.string({ description: descriptions.locale }),
    recurrence: t.field({ type: RecurrenceInput, description: descriptions.recurrence }),
    captionTemplate: t.string({ description: descriptions.captionTemplate }),
    targets: t.field({ type: [ScheduleTargetInput], description: descriptions.targets }),
    pictures: t.field({ type: PicturesInput, description: descriptions.pictures }),
    leadTimeMinutes: t.int({ description: descriptions.leadTimeMinutes }),
    deadlineMinutes: t.int({ description: descriptions.deadlineMinutes }),
    policy: t.field({ type: DeadlinePolicyEnum, description: descriptions.policy }),
    fallbackImageId: t.id({ description: `${descriptions.fallbackImageId} Null: none.` }),
  }),
});

builder.mutationField("updatePostingSchedule", (t) =>
  t.withAuth({ may: "posts:publish" }).field({
    type: updatedSchedule,
    nullable: true,
    description:
      "Changes a schedule, from now on in your name. Dates that it no longer has go, with their posts. Posts that are made and not out are made anew where the content changed, unless somebody edited them by hand; what is out stays.",
    args: { input: t.arg({ type: UpdatePostingScheduleInput, required: true, description: "The changes." }) },
    errors: { types: changeErrors },
    resolve: (_root, { input }, { services, viewer }) => {
      const { name, timeZone, locale, captionTemplate, policy, leadTimeMinutes, deadlineMinutes } = input;
      const { fallbackImageId, ...parts } = readParts(input);
      return updatePostingSchedule(services, viewer, {
        postingScheduleId: rowId("PostingSchedule", input.postingScheduleId, ["postingScheduleId"]),
        expectedVersion: input.expectedVersion,
        scope: chosenScope(input.scope),
        change: {
          ...given({ name, timeZone, locale, captionTemplate, policy, ...parts }),
          ...given({ leadTimeMinutes, deadlineMinutes }),
          ...(input.fallbackImageId !== undefined && { fallbackImageId }),
          ...(input.recurrence && { recurrence: chosenRecurrence(input.recurrence) }),
        },
      });
    },
  }),
);

const occurrenceId = ({ occurrenceId: id }: { readonly occurrenceId: string }) =>
  rowId("Occurrence", id, ["occurrenceId"]);

const versionText = "The `version` you read: refused when it changed since. Default: whatever it is.";

const SkipOccurrenceInput = builder.inputType("SkipOccurrenceInput", {
  description: "An occurrence to leave out.",
  fields: (t) => ({
    occurrenceId: t.id({ required: true, description: "The occurrence." }),
    expectedVersion: t.int({ description: versionText }),
    reason: t.string({ description: "Why, for the others; at most 500 characters." }),
  }),
});

builder.mutationField("skipOccurrence", (t) =>
  t.withAuth({ may: "posts:publish" }).field({
    type: changedOccurrence("SkipOccurrenceSuccess", "The occurrence is left out."),
    nullable: true,
    description: "Leaves one date out. Its post, where it has one that is not out, is cancelled.",
    args: { input: t.arg({ type: SkipOccurrenceInput, required: true, description: "The occurrence." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError, VersionConflictError] },
    resolve: (_root, { input }, { services, viewer }) =>
      skipOccurrence(services, viewer, { ...input, occurrenceId: occurrenceId(input) }),
  }),
);

const OverrideOccurrenceInput = builder.inputType("OverrideOccurrenceInput", {
  description: "What one occurrence has of its own. What is absent stays; null is the schedule's again.",
  fields: (t) => ({
    occurrenceId: t.id({ required: true, description: "The occurrence." }),
    expectedVersion: t.int({ description: versionText }),
    captionTemplate: t.string({ description: descriptions.captionTemplate }),
    imageIds: t.idList({ description: "Images of the same workspace, in order: these, and no other, are shown." }),
  }),
});

builder.mutationField("overrideOccurrence", (t) =>
  t.withAuth({ may: "posts:publish" }).field({
    type: changedOccurrence("OverrideOccurrenceSuccess", "The occurrence is as you wrote."),
    nullable: true,
    description:
      "Gives one date a text or pictures of its own; also the answer where people were asked. A post that is made already is changed.",
    args: { input: t.arg({ type: OverrideOccurrenceInput, required: true, description: "The occurrence." }) },
    errors: { types: changeErrors },
    resolve: (_root, { input }, { services, viewer }) => {
      const { imageIds, captionTemplate, expectedVersion } = input;
      return overrideOccurrence(services, viewer, {
        ...{ occurrenceId: occurrenceId(input), expectedVersion, captionTemplate },
        imageIds: imageIds ? rowIds("Image", imageIds, ["imageIds"]) : imageIds,
      });
    },
  }),
);

const MoveOccurrenceInput = builder.inputType("MoveOccurrenceInput", {
  description: "An occurrence to move.",
  fields: (t) => ({
    occurrenceId: t.id({ required: true, description: "The occurrence." }),
    expectedVersion: t.int({ description: versionText }),
    to: t.string({ required: true, description: "Local time in the schedule's zone: `2026-03-02T10:30`." }),
  }),
});

builder.mutationField("moveOccurrence", (t) =>
  t.withAuth({ may: "posts:publish" }).field({
    type: changedOccurrence("MoveOccurrenceSuccess", "The occurrence is moved, and its post with it."),
    nullable: true,
    description: "Moves one date to another time; the rule stays as it is.",
    args: { input: t.arg({ type: MoveOccurrenceInput, required: true, description: "The occurrence." }) },
    errors: { types: changeErrors },
    resolve: (_root, { input }, { services, viewer }) =>
      moveOccurrence(services, viewer, { ...input, occurrenceId: occurrenceId(input) }),
  }),
);
