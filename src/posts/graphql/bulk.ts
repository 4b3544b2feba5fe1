/** Many posts are moved or cancelled at once. */
import { queryFromInfo } from "@pothos/plugin-prisma";
import type { GraphQLResolveInfo } from "graphql";
import type { Post } from "../../generated/prisma/client.ts";
import { builder } from "../../graphql/builder.ts";
import type { Context } from "../../graphql/context.ts";
import { rowIds } from "../../graphql/ids.ts";
import { ConflictError, ForbiddenError, NotFoundError, ValidationError } from "../../infra/errors.ts";
import { cancelPosts } from "../cancel-posts.ts";
import type { PostOutcome, PostRefusal } from "../change-posts.ts";
import { DuplicatePostError, ImageNotApprovedError } from "../errors.ts";
import { reschedulePosts } from "../reschedule-posts.ts";
import { PostType } from "./post.ts";

const changedPost = "PostChangeSuccess";

const PostChangeSuccess = builder.objectRef<{ readonly post: Post }>(changedPost).implement({
  description: "This one is as asked.",
  isTypeOf: (value) => typeof value === "object" && value !== null && "post" in value,
  fields: (t) => ({
    post: t.field({ type: PostType, description: "The post, as it is now.", resolve: ({ post }) => post }),
  }),
});

/** The posts as they are now, or why they did not change: one statement for all of them. */
async function readOutcomes(outcomes: readonly PostOutcome[], context: Context, info: GraphQLResolveInfo) {
  const ids = outcomes.filter(({ error }) => error === null).map(({ postId }) => postId);
  const query: object = queryFromInfo({ context, info, path: [{ type: changedPost, name: "post" }] });
  const posts = await context.services.db.post.findMany({ ...query, where: { id: { in: ids } } });
  const byId = new Map(posts.map((post) => [post.id, post]));
  return outcomes.map(({ postId, error }): { post: Post } | PostRefusal => {
    const post = byId.get(postId);
    return error ?? (post === undefined ? new NotFoundError("post") : { post });
  });
}

const PostChangeResults = builder
  .interfaceRef<{ readonly outcomes: readonly PostOutcome[] }>("PostChangeResults")
  .implement({
    description: "Carries a result for each post of a bulk change.",
    fields: (t) => ({
      results: t.errorUnionListField({
        types: [
          ...[PostChangeSuccess, NotFoundError, ForbiddenError],
          ...[ConflictError, ValidationError, ImageNotApprovedError, DuplicatePostError],
        ],
        union: {
          name: "PostChangeResult",
          description: "How the change of one post ended: success, or an error to act on.",
        },
        description: "One for each id, in the order asked. What could not change did not keep the others back.",
        resolve: ({ outcomes }, _args, context, info) => readOutcomes(outcomes, context, info),
      }),
    }),
  });

const bulkSuccess = (name: string, description: string) =>
  builder
    .objectRef<{ readonly outcomes: readonly PostOutcome[] }>(name)
    .implement({ description, interfaces: [PostChangeResults], isTypeOf: () => true });

const postIdsText = "The posts, at most 100.";

const PostMoveInput = builder.inputType("PostMoveInput", {
  description: "Where posts are moved to: give exactly one.",
  isOneOf: true,
  fields: (t) => ({
    to: t.field({ type: "DateTime", description: "All of them to this moment." }),
    byMinutes: t.int({ description: "Each by so many minutes: later, or with a minus earlier." }),
  }),
});

const ReschedulePostsInput = builder.inputType("ReschedulePostsInput", {
  description: "Scheduled posts to move.",
  fields: (t) => ({
    postIds: t.idList({ required: true, description: postIdsText }),
    move: t.field({ type: PostMoveInput, required: true, description: "Where to." }),
    allowDuplicate: t.boolean({
      description:
        "Moves them also to where an account has a post with the same text and pictures within 30 days. Without it such a post stays, and says so.",
    }),
  }),
});

builder.mutationField("reschedulePosts", (t) =>
  t.withAuth({ may: "posts:publish" }).field({
    type: bulkSuccess("ReschedulePostsSuccess", "The posts are moved, or say why they are not."),
    nullable: true,
    description: "Moves what is scheduled of many posts, each with its own result.",
    args: { input: t.arg({ type: ReschedulePostsInput, required: true, description: "The posts, and where to." }) },
    errors: { types: [ValidationError, ForbiddenError] },
    resolve: (_root, { input: { postIds, move, allowDuplicate } }, { services, viewer }) =>
      reschedulePosts(services, viewer, {
        postIds: rowIds("Post", postIds, ["postIds"]),
        allowDuplicate,
        move: move.to instanceof Date ? { to: move.to } : { byMinutes: move.byMinutes ?? 0 },
      }),
  }),
);

const CancelPostsInput = builder.inputType("CancelPostsInput", {
  description: "Posts to cancel.",
  fields: (t) => ({ postIds: t.idList({ required: true, description: postIdsText }) }),
});

builder.mutationField("cancelPosts", (t) =>
  t.withAuth({ may: "posts:publish" }).field({
    type: bulkSuccess("CancelPostsSuccess", "What had not gone out is cancelled, or says why it is not."),
    nullable: true,
    description: "Cancels what has not gone out of many posts, each with its own result.",
    args: { input: t.arg({ type: CancelPostsInput, required: true, description: "The posts." }) },
    errors: { types: [ValidationError, ForbiddenError] },
    resolve: (_root, { input: { postIds } }, { services, viewer }) =>
      cancelPosts(services, viewer, { postIds: rowIds("Post", postIds, ["postIds"]) }),
  }),
);
