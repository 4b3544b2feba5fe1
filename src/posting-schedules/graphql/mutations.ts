/** Schedules are made, changed, paused, resumed, ended and deleted. */
import { builder } from "../../graphql/builder.ts";
import { encodeGlobalId, rowId } from "../../graphql/ids.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import {
  ConflictError,
  ForbiddenError,
  IdempotencyKeyReusedError,
  NotFoundError,
  ValidationError,
} from "../../infra/errors.ts";
import { createPostingSchedule, mostSchedules } from "../create-posting-schedule.ts";
import { deletePostingSchedule } from "../delete-posting-schedule.ts";
import { endPostingSchedule } from "../end-posting-schedule.ts";
import { pausePostingSchedule } from "../pause-posting-schedule.ts";
import { resumePostingSchedule } from "../resume-posting-schedule.ts";
import { changedSchedule } from "./changed-schedule.ts";
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

const CreatePostingScheduleInput = builder.inputType("CreatePostingScheduleInput", {
  description: "A posting schedule to make.",
  fields: (t) => ({
    workspaceId: t.id({ description: "Whose it will be. Default: your personal workspace." }),
    name: t.string({ required: true, description: descriptions.name }),
    timeZone: t.string({ required: true, description: descriptions.timeZone }),
    locale: t.string({ description: `${descriptions.locale} Default: \`en\`.` }),
    recurrence: t.field({ type: RecurrenceInput, required: true, description: descriptions.recurrence }),
    captionTemplate: t.string({ required: true, description: descriptions.captionTemplate }),
    targets: t.field({ type: [ScheduleTargetInput], required: true, description: descriptions.targets }),
    pictures: t.field({ type: PicturesInput, required: true, description: descriptions.pictures }),
    leadTimeMinutes: t.int({
      description: `${descriptions.leadTimeMinutes} Default: a day, for generated pictures two.`,
    }),
    deadlineMinutes: t.int({
      description: `${descriptions.deadlineMinutes} Default: an hour, for generated pictures four.`,
    }),
    policy: t.field({ type: DeadlinePolicyEnum, required: true, description: descriptions.policy }),
    fallbackImageId: t.id({ description: descriptions.fallbackImageId }),
    idempotencyKey: t.string({
      description:
        "Your own key for this request: repeated with the same key and input, it changes nothing and answers the first result again.",
    }),
  }),
});

builder.mutationField("createPostingSchedule", (t) =>
  t.withAuth({ may: "posts:publish" }).field({
    type: changedSchedule(
      "CreatePostingScheduleSuccess",
      "The schedule is made, with its dates of the next thirty days.",
    ),
    nullable: true,
    description: `Makes a posting schedule. Its posts are made in your name; one that generates pictures also takes the permission to generate. A workspace has at most ${mostSchedules} that have not ended.`,
    args: { input: t.arg({ type: CreatePostingScheduleInput, required: true, description: "The schedule." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError, IdempotencyKeyReusedError] },
    resolve: (_root, { input }, { services, viewer }) => {
      const { name, timeZone, locale, captionTemplate, policy, leadTimeMinutes, deadlineMinutes } = input;
      const { targets, pictures, fallbackImageId } = readParts(input);
      if (!targets || !pictures) throw new Error("Required inputs are missing.");
      return createPostingSchedule(services, viewer, {
        workspaceId: workspaceOf(viewer, input.workspaceId),
        schedule: {
          ...{ name, timeZone, captionTemplate, policy, targets, pictures, fallbackImageId },
          ...given({ locale }),
          ...{ recurrence: chosenRecurrence(input.recurrence), leadTimeMinutes, deadlineMinutes },
        },
        idempotencyKey: input.idempotencyKey,
      });
    },
  }),
);

const PostsOfStoppedEnum = builder.enumType("PostsOfStoppedSchedule", {
  description: "What becomes of posts that a schedule made and that are not out.",
  values: {
    CANCEL: { description: "They are cancelled, and say why." },
    KEEP: { description: "They stay as they are." },
  } as const,
});

const stopInput = (name: string, description: string) =>
  builder.inputType(name, {
    description,
    fields: (t) => ({
      postingScheduleId: t.id({ required: true, description: "The schedule." }),
      posts: t.field({
        type: PostsOfStoppedEnum,
        required: true,
        defaultValue: "CANCEL",
        description: "What becomes of its posts that are not out.",
      }),
    }),
  });

const PausePostingScheduleInput = stopInput("PausePostingScheduleInput", "A schedule to pause.");
const EndPostingScheduleInput = stopInput("EndPostingScheduleInput", "A schedule to end.");
const DeletePostingScheduleInput = stopInput("DeletePostingScheduleInput", "A schedule to delete.");

const scheduleId = ({ postingScheduleId }: { readonly postingScheduleId: string }) =>
  rowId("PostingSchedule", postingScheduleId, ["postingScheduleId"]);

const stopErrors = [ValidationError, NotFoundError, ForbiddenError, ConflictError];

builder.mutationField("pausePostingSchedule", (t) =>
  t.withAuth({ may: "posts:publish" }).field({
    type: changedSchedule("PausePostingScheduleSuccess", "The schedule is paused."),
    nullable: true,
    description:
      "Pauses a schedule: nothing is made, asked for or decided. Posts that were cancelled for it are scheduled again when it is resumed before their time.",
    args: { input: t.arg({ type: PausePostingScheduleInput, required: true, description: "The schedule." }) },
    errors: { types: stopErrors },
    resolve: (_root, { input }, { services, viewer }) =>
      pausePostingSchedule(services, viewer, { postingScheduleId: scheduleId(input), posts: input.posts }),
  }),
);

const ResumePostingScheduleInput = builder.inputType("ResumePostingScheduleInput", {
  description: "A schedule to resume.",
  fields: (t) => ({ postingScheduleId: t.id({ required: true, description: "The schedule." }) }),
});

builder.mutationField("resumePostingSchedule", (t) =>
  t.withAuth({ may: "posts:publish" }).field({
    type: changedSchedule("ResumePostingScheduleSuccess", "The schedule goes on."),
    nullable: true,
    description: "Resumes a paused schedule, from now on in your name. What fell into the pause is skipped.",
    args: { input: t.arg({ type: ResumePostingScheduleInput, required: true, description: "The schedule." }) },
    errors: { types: stopErrors },
    resolve: (_root, { input }, { services, viewer }) =>
      resumePostingSchedule(services, viewer, { postingScheduleId: scheduleId(input) }),
  }),
);

builder.mutationField("endPostingSchedule", (t) =>
  t.withAuth({ may: "posts:publish" }).field({
    type: changedSchedule("EndPostingScheduleSuccess", "The schedule has ended."),
    nullable: true,
    description: "Ends a schedule for good. What it did stays on record.",
    args: { input: t.arg({ type: EndPostingScheduleInput, required: true, description: "The schedule." }) },
    errors: { types: stopErrors },
    resolve: (_root, { input }, { services, viewer }) =>
      endPostingSchedule(services, viewer, { postingScheduleId: scheduleId(input), posts: input.posts }),
  }),
);

const DeletePostingScheduleSuccess = builder
  .objectRef<{ deletedPostingScheduleId: string }>("DeletePostingScheduleSuccess")
  .implement({
    description: "The schedule is gone.",
    isTypeOf: () => true,
    fields: (t) => ({
      deletedPostingScheduleId: t.id({
        description: "Its id, for caches.",
        resolve: ({ deletedPostingScheduleId: id }) => encodeGlobalId("PostingSchedule", id),
      }),
    }),
  });

builder.mutationField("deletePostingSchedule", (t) =>
  t.withAuth({ may: "posts:publish" }).field({
    type: DeletePostingScheduleSuccess,
    nullable: true,
    description: "Deletes a schedule with its dates. Its posts stay on record.",
    args: { input: t.arg({ type: DeletePostingScheduleInput, required: true, description: "The schedule." }) },
    errors: { types: stopErrors },
    resolve: (_root, { input }, { services, viewer }) =>
      deletePostingSchedule(services, viewer, { postingScheduleId: scheduleId(input), posts: input.posts }),
  }),
);
