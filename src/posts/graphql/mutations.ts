import { builder } from "../../graphql/builder.ts";
import { rowId } from "../../graphql/ids.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import { ImageQueueFullError } from "../../images/errors.ts";
import {
  ConflictError,
  ForbiddenError,
  IdempotencyKeyReusedError,
  NotFoundError,
  ValidationError,
} from "../../infra/errors.ts";
import { cancelPost } from "../cancel-post.ts";
import { createPost } from "../create-post.ts";
import { DuplicatePostError, ImageNotApprovedError, PostNotApprovedError, QueueFullError } from "../errors.ts";
import { schedulePost } from "../schedule-post.ts";
import {
  allowDuplicateText,
  changedPost,
  chosenSchedule,
  expectedVersionText,
  idempotencyKeyText,
  ScheduleInput,
  schedulingErrors,
} from "./changed-post.ts";
import { NewPostImageInput, PostTargetInput, readNewPost } from "./post-inputs.ts";

const CreatePostInput = builder.inputType("CreatePostInput", {
  description: "A post to write.",
  fields: (t) => ({
    workspaceId: t.id({ description: "Whose it will be. Default: your personal workspace." }),
    caption: t.string({ required: true, description: "The text." }),
    images: t.field({ type: [NewPostImageInput], required: true, description: "The pictures, in order." }),
    targets: t.field({ type: [PostTargetInput], required: true, description: "Where it goes; at least one." }),
    schedule: t.field({ type: ScheduleInput, description: "When it goes out. Without it the post is a draft." }),
    allowDuplicate: t.boolean({ description: allowDuplicateText }),
    idempotencyKey: t.string({ description: idempotencyKeyText }),
  }),
});

builder.mutationField("createPost", (t) =>
  t.withAuth({ may: "posts:write" }).field({
    type: changedPost("CreatePostSuccess", "The post is written, and scheduled if you asked for it."),
    nullable: true,
    description: "Writes a post, and schedules it with `schedule`. All or nothing.",
    args: { input: t.arg({ type: CreatePostInput, required: true, description: "The post." }) },
    errors: {
      types: [
        ...[ValidationError, NotFoundError, ForbiddenError, ConflictError, ImageQueueFullError, ImageNotApprovedError],
        ...[PostNotApprovedError, DuplicatePostError, QueueFullError, IdempotencyKeyReusedError],
      ],
    },
    resolve: (_root, { input }, { services, viewer }) =>
      createPost(services, viewer, {
        ...readNewPost(input),
        idempotencyKey: input.idempotencyKey,
        allowDuplicate: input.allowDuplicate,
        workspaceId: workspaceOf(viewer, input.workspaceId),
        schedule: input.schedule ? chosenSchedule(input.schedule) : null,
      }),
  }),
);

const SchedulePostInput = builder.inputType("SchedulePostInput", {
  description: "A post and its time.",
  fields: (t) => ({
    postId: t.id({ required: true, description: "The post." }),
    schedule: t.field({ type: ScheduleInput, required: true, description: "When it goes out." }),
    allowDuplicate: t.boolean({ description: allowDuplicateText }),
    expectedVersion: t.int({ description: expectedVersionText }),
    idempotencyKey: t.string({ description: idempotencyKeyText }),
  }),
});

builder.mutationField("schedulePost", (t) =>
  t.withAuth({ may: "posts:publish" }).field({
    type: changedPost("SchedulePostSuccess", "The post is scheduled."),
    nullable: true,
    description:
      "Schedules a draft, or moves a scheduled post. What failed, was missed or cancelled can be scheduled anew.",
    args: { input: t.arg({ type: SchedulePostInput, required: true, description: "The post and its time." }) },
    errors: { types: schedulingErrors },
    resolve: (_root, { input }, { services, viewer }) => {
      const postId = rowId("Post", input.postId, ["postId"]);
      return schedulePost(services, viewer, { ...input, postId, schedule: chosenSchedule(input.schedule) });
    },
  }),
);

const PublishPostNowInput = builder.inputType("PublishPostNowInput", {
  description: "A post to send at once.",
  fields: (t) => ({
    postId: t.id({ required: true, description: "The post." }),
    allowDuplicate: t.boolean({ description: allowDuplicateText }),
    expectedVersion: t.int({ description: expectedVersionText }),
    idempotencyKey: t.string({ description: idempotencyKeyText }),
  }),
});

builder.mutationField("publishPostNow", (t) =>
  t.withAuth({ may: "posts:publish" }).field({
    type: changedPost("PublishPostNowSuccess", "The post is on its way; watch it with `postChanged`."),
    nullable: true,
    description: "Sends a post at once, whatever it was scheduled for.",
    args: { input: t.arg({ type: PublishPostNowInput, required: true, description: "The post." }) },
    errors: { types: schedulingErrors },
    resolve: (_root, { input }, { services, viewer }) =>
      schedulePost(services, viewer, {
        ...input,
        postId: rowId("Post", input.postId, ["postId"]),
        schedule: { now: true },
      }),
  }),
);

const CancelPostInput = builder.inputType("CancelPostInput", {
  description: "A post to cancel.",
  fields: (t) => ({ postId: t.id({ required: true, description: "The post." }) }),
});

builder.mutationField("cancelPost", (t) =>
  t.withAuth({ may: "posts:publish" }).field({
    type: changedPost("CancelPostSuccess", "What had not gone out is cancelled."),
    nullable: true,
    description: "Cancels what has not gone out. What is being sent at this moment may still go out; its status tells.",
    args: { input: t.arg({ type: CancelPostInput, required: true, description: "The post." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError] },
    resolve: (_root, { input }, { services, viewer }) =>
      cancelPost(services, viewer, { postId: rowId("Post", input.postId, ["postId"]) }),
  }),
);
