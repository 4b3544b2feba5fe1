import { builder } from "../../graphql/builder.ts";
import { ValidationIssueType } from "../../graphql/errors.ts";
import { rowId } from "../../graphql/ids.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import { ValidationError } from "../../infra/errors.ts";
import { type PostCheck, validatePost } from "../validate-post.ts";
import { PostImageInput, PostTargetInput, readPostInput } from "./post-inputs.ts";

const PostContentInput = builder.inputType("PostContentInput", {
  description: "A post as it is being written.",
  fields: (t) => ({
    workspaceId: t.id({ description: "Whose it will be. Default: your personal workspace." }),
    caption: t.string({ required: true, description: "The text." }),
    images: t.field({ type: [PostImageInput], required: true, description: "The pictures, in order." }),
    targets: t.field({ type: [PostTargetInput], required: true, description: "Where it goes; at least one." }),
  }),
});

const ValidatePostInput = builder.inputType("ValidatePostInput", {
  description: "The post to look over: give exactly one.",
  isOneOf: true,
  fields: (t) => ({
    postId: t.id({ description: "A saved post." }),
    content: t.field({ type: PostContentInput, description: "A post as it is being written; nothing is saved." }),
  }),
});

const PostValidation = builder.objectRef<PostCheck>("PostValidation").implement({
  description: "What would keep a post from being scheduled now.",
  fields: (t) => ({
    isValid: t.boolean({ description: "Whether nothing would.", resolve: ({ issues }) => issues.length === 0 }),
    issues: t.field({
      type: [ValidationIssueType],
      description: "Every fault, each at its path in the post: of the text, the pictures, the accounts, this server.",
      resolve: ({ issues }) => [...issues],
    }),
    warnings: t.field({
      type: [ValidationIssueType],
      description:
        "What you may want to know before you go on. `DUPLICATE_POST`: an account had a post with the same text and pictures within 30 days, or has one planned; scheduling takes `allowDuplicate` then.",
      resolve: ({ warnings }) => [...warnings],
    }),
  }),
});

builder.queryField("validatePost", (t) =>
  t.withAuth({ may: "posts:read" }).field({
    type: PostValidation,
    nullable: true,
    description:
      "Checks a post by the rules of every platform it goes to, as scheduling does, and tells all faults at once. Writes nothing.",
    args: { input: t.arg({ type: ValidatePostInput, required: true, description: "The post." }) },
    resolve: async (_root, { input }, { services, viewer }) => {
      if (typeof input.postId === "string") {
        return validatePost(services, viewer, { postId: rowId("Post", input.postId, ["postId"]) });
      }
      const { content } = input;
      if (!content) throw new Error("Exactly one of the two was let through.");
      const workspaceId = workspaceOf(viewer, content.workspaceId);
      try {
        return await validatePost(services, viewer, { content: { workspaceId, ...readPostInput(content) } });
      } catch (error) {
        // What cannot be written down is a fault of the post as well, and told beside the others.
        if (error instanceof ValidationError) return { issues: error.issues, warnings: [] };
        throw error;
      }
    },
  }),
);
