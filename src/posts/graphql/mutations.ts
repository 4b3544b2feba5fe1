import { builder } from "../../graphql/builder.ts";
import { ErrorInterface } from "../../graphql/errors.ts";
import { encodeGlobalId, rowId } from "../../graphql/ids.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import {
  ConflictError,
  ForbiddenError,
  IdempotencyKeyReusedError,
  NotFoundError,
  ValidationError,
  VersionConflictError,
} from "../../infra/errors.ts";
import { cancelPost } from "../cancel-post.ts";
import { createPost } from "../create-post.ts";
import { ImageNotApprovedError } from "../errors.ts";
import { schedulePost } from "../schedule-post.ts";
import type { Schedule } from "../schedule-targets.ts";
import { PostImageInput, PostTargetInput, readPostInput } from "./post-inputs.ts";

builder.objectType(ImageNotApprovedError, {
  name: "ImageNotApprovedError",
  description: "A picture of the post is not approved, so the post cannot be scheduled.",
  interfaces: [ErrorInterface],
  fields: (t) => ({
    imageIds: t.idList({
      description: "The pictures that are not approved.",
      resolve: (error) => error.imageIds.map((id) => encodeGlobalId("Image", id)),
    }),
  }),
});

const ScheduleInput = builder.inputType("ScheduleInput", {
  description: "When a post goes out: give exactly one.",
  isOneOf: true,
  fields: (t) => ({
    at: t.field({ type: "DateTime", description: "At this instant, in the future." }),
    now: t.boolean({ description: "At once; pass true." }),
  }),
});

const expectedVersionText = "The `version` you read: refused when somebody edited the post since.";
const idempotencyKeyText =
  "Your own key for this request: repeated with the same key and input, it changes nothing and answers the first result again.";

const CreatePostInput = builder.inputType("CreatePostInput", {
  description: "A post to write.",
  fields: (t) => ({
    workspaceId: t.id({ description: "Whose it will be. Default: your personal workspace." }),
    caption: t.string({ required: true, description: "The text." }),
    images: t.field({ type: [PostImageInput], required: true, description: "The pictures, in order." }),
    targets: t.field({ type: [PostTargetInput], required: true, description: "Where it goes; at least one." }),
    schedule: t.field({ type: ScheduleInput, description: "When it goes out. Without it the post is a draft." }),
    idempotencyKey: t.string({ description: idempotencyKeyText }),
  }),
});

/** The field of a success that carries the post it changed. */
const changedPost = builder.interfaceRef<{ readonly postId: string }>("ChangedPost").implement({
  description: "Carries the post it changed.",
  fields: (t) => ({
    post: t.prismaField({
      type: "Post",
      description: "The post, as it is now.",
      resolve: (query, { postId }, _args, { services }) =>
        services.db.post.findUniqueOrThrow({ ...query, where: { id: postId } }),
    }),
  }),
});

const success = (name: string, description: string) =>
  builder
    .objectRef<{ postId: string }>(name)
    .implement({ description, interfaces: [changedPost], isTypeOf: () => true });

builder.mutationField("createPost", (t) =>
  t.withAuth({ may: "posts:write" }).field({
    type: success("CreatePostSuccess", "The post is written, and scheduled if you asked for it."),
    nullable: true,
    description: "Writes a post, and schedules it with `schedule`. All or nothing.",
    args: { input: t.arg({ type: CreatePostInput, required: true, description: "The post." }) },
    errors: {
      types: [ValidationError, NotFoundError, ForbiddenError, ImageNotApprovedError, IdempotencyKeyReusedError],
    },
    resolve: (_root, { input }, { services, viewer }) =>
      createPost(services, viewer, {
        ...readPostInput(input),
        idempotencyKey: input.idempotencyKey,
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
    expectedVersion: t.int({ description: expectedVersionText }),
    idempotencyKey: t.string({ description: idempotencyKeyText }),
  }),
});

const schedulingErrors = [
  ...[ValidationError, NotFoundError, ForbiddenError, ConflictError],
  ...[ImageNotApprovedError, VersionConflictError, IdempotencyKeyReusedError],
];

builder.mutationField("schedulePost", (t) =>
  t.withAuth({ may: "posts:publish" }).field({
    type: success("SchedulePostSuccess", "The post is scheduled."),
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
    expectedVersion: t.int({ description: expectedVersionText }),
    idempotencyKey: t.string({ description: idempotencyKeyText }),
  }),
});

builder.mutationField("publishPostNow", (t) =>
  t.withAuth({ may: "posts:publish" }).field({
    type: success("PublishPostNowSuccess", "The post is on its way; watch it with `postChanged`."),
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
    type: success("CancelPostSuccess", "What had not gone out is cancelled."),
    nullable: true,
    description: "Cancels what has not gone out. What is being sent at this moment may still go out; its status tells.",
    args: { input: t.arg({ type: CancelPostInput, required: true, description: "The post." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError] },
    resolve: (_root, { input }, { services, viewer }) =>
      cancelPost(services, viewer, { postId: rowId("Post", input.postId, ["postId"]) }),
  }),
);

/** GraphQL lets exactly one of the two through; `now: false` would mean neither, and is told so. */
function chosenSchedule(schedule: typeof ScheduleInput.$inferInput): Schedule {
  if (schedule.at instanceof Date) return { at: schedule.at };
  if (schedule.now === true) return { now: true };
  const message = "`now: false` says nothing. Pass `now: true` or `at`.";
  throw new ValidationError([{ path: ["schedule", "now"], code: "INVALID", message }]);
}
