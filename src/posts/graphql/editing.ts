/** Posts are edited, copied and deleted. */
import { builder } from "../../graphql/builder.ts";
import { encodeGlobalId, rowId } from "../../graphql/ids.ts";
import {
  ConflictError,
  ForbiddenError,
  IdempotencyKeyReusedError,
  NotFoundError,
  ValidationError,
  VersionConflictError,
} from "../../infra/errors.ts";
import { deletePost } from "../delete-post.ts";
import { duplicatePost } from "../duplicate-post.ts";
import { DuplicatePostError, ImageNotApprovedError } from "../errors.ts";
import { updatePost } from "../update-post.ts";
import { allowDuplicateText, changedPost, idempotencyKeyText } from "./changed-post.ts";
import { PostImageInput, PostTargetInput, readPostInput } from "./post-inputs.ts";

const UpdatePostInput = builder.inputType("UpdatePostInput", {
  description: "What to change in a post. What is absent stays; lists replace what was there.",
  fields: (t) => ({
    postId: t.id({ required: true, description: "The post." }),
    expectedVersion: t.int({
      required: true,
      description: "The `version` you read: refused when somebody edited the post since.",
    }),
    caption: t.string({ description: "The text." }),
    images: t.field({ type: [PostImageInput], description: "All its pictures, in order." }),
    targets: t.field({
      type: [PostTargetInput],
      description: "All its targets, in order. An account that stays keeps its state; one left out leaves the post.",
    }),
    allowDuplicate: t.boolean({ description: allowDuplicateText }),
  }),
});

builder.mutationField("updatePost", (t) =>
  t.withAuth({ may: "posts:write" }).field({
    type: changedPost("UpdatePostSuccess", "The post is as you wrote; what was scheduled still is."),
    nullable: true,
    description:
      "Changes a post. A scheduled one is checked anew and stays scheduled, or, where it was approved as it was, waits for approval. Nothing changes while a target is on its way; once one is published, text and pictures are fixed and only other targets change.",
    args: { input: t.arg({ type: UpdatePostInput, required: true, description: "The post and its changes." }) },
    errors: {
      types: [
        ...[ValidationError, NotFoundError, ForbiddenError],
        ...[ConflictError, VersionConflictError, ImageNotApprovedError, DuplicatePostError],
      ],
    },
    resolve: (_root, { input }, { services, viewer }) => {
      const { caption, images, targets } = input;
      // Absent and null both leave as it is: a post without text says so with an empty one.
      const content = readPostInput({ caption: caption ?? "", images: images ?? [], targets: targets ?? [] });
      return updatePost(services, viewer, {
        postId: rowId("Post", input.postId, ["postId"]),
        expectedVersion: input.expectedVersion,
        allowDuplicate: input.allowDuplicate,
        ...(typeof caption === "string" && { caption }),
        ...(images && { images: content.images }),
        ...(targets && { targets: content.targets }),
      });
    },
  }),
);

const DuplicatePostInput = builder.inputType("DuplicatePostInput", {
  description: "A post to copy.",
  fields: (t) => ({
    postId: t.id({ required: true, description: "The post." }),
    idempotencyKey: t.string({ description: idempotencyKeyText }),
  }),
});

builder.mutationField("duplicatePost", (t) =>
  t.withAuth({ may: "posts:write" }).field({
    type: changedPost("DuplicatePostSuccess", "The copy, a draft."),
    nullable: true,
    description: "Copies a post into a new draft: text, pictures and targets, without a time.",
    args: { input: t.arg({ type: DuplicatePostInput, required: true, description: "The post." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, IdempotencyKeyReusedError] },
    resolve: (_root, { input }, { services, viewer }) =>
      duplicatePost(services, viewer, { ...input, postId: rowId("Post", input.postId, ["postId"]) }),
  }),
);

const DeletePostInput = builder.inputType("DeletePostInput", {
  description: "A post to delete.",
  fields: (t) => ({ postId: t.id({ required: true, description: "The post." }) }),
});

const DeletePostSuccess = builder.objectRef<{ deletedPostId: string }>("DeletePostSuccess").implement({
  description: "The post is gone.",
  isTypeOf: () => true,
  fields: (t) => ({
    deletedPostId: t.id({
      description: "Its id, for caches.",
      resolve: ({ deletedPostId }) => encodeGlobalId("Post", deletedPostId),
    }),
  }),
});

builder.mutationField("deletePost", (t) =>
  t.withAuth({ may: "posts:write" }).field({
    type: DeletePostSuccess,
    nullable: true,
    description: "Deletes a post that never went out. What is or may be out stays on record.",
    args: { input: t.arg({ type: DeletePostInput, required: true, description: "The post." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError] },
    resolve: (_root, { input }, { services, viewer }) =>
      deletePost(services, viewer, { postId: rowId("Post", input.postId, ["postId"]) }),
  }),
);
