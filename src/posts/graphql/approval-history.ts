/** What was decided and said about a post. */
import { builder } from "../../graphql/builder.ts";
import { rowId } from "../../graphql/ids.ts";
import type { KeysetOrder } from "../../graphql/keyset.ts";
import { relatedConnection } from "../../graphql/related-connection.ts";
import { visibleTo } from "../../graphql/visible-to.ts";
import { ForbiddenError, NotFoundError, ValidationError } from "../../infra/errors.ts";
import { commentOnPost } from "../approval/comment-on-post.ts";

/** What a step of approval is. */
export const PostDecisionKindEnum = builder.enumType("PostDecisionKind", {
  description: "A step of a post's approval.",
  values: {
    SUBMITTED: { description: "Somebody asked for approval." },
    CHANGED: { description: "It was changed after its approval, and waits for another one." },
    APPROVED: { description: "It was approved." },
    REJECTED: { description: "It was rejected." },
    HELD: { description: "It was held back." },
  } as const,
});

const PostDecisionType = builder.prismaNode("PostDecision", {
  nullable: true,
  id: { field: "id", description: "The decision's id." },
  description: "One step of a post's approval.",
  findUnique: (id, { viewer }) => ({ id, post: visibleTo(viewer) }),
  authScopes: { may: "posts:read" },
  runScopesOnType: true,
  fields: (t) => ({
    kind: t.expose("kind", { type: PostDecisionKindEnum, description: "What was decided." }),
    reason: t.exposeString("reason", { nullable: true, description: "Why." }),
    contentHash: t.exposeString("contentHash", { description: "`contentHash` of the post as it was then." }),
    user: t.relation("user", {
      nullable: true,
      description: "Who decided; null for a guest, and once their account is gone.",
    }),
    guestName: t.exposeString("guestName", {
      nullable: true,
      description: "The name that somebody gave who decided by a review link.",
    }),
    at: t.expose("at", { type: "DateTime", description: "When." }),
    post: t.relation("post", { description: "The post." }),
  }),
});

const PostCommentType = builder.prismaNode("PostComment", {
  nullable: true,
  id: { field: "id", description: "The comment's id." },
  description: "What somebody said about a post.",
  findUnique: (id, { viewer }) => ({ id, post: visibleTo(viewer) }),
  authScopes: { may: "posts:read" },
  runScopesOnType: true,
  fields: (t) => ({
    text: t.exposeString("text", { description: "What they said." }),
    user: t.relation("user", { nullable: true, description: "Who; null for a guest, and once their account is gone." }),
    guestName: t.exposeString("guestName", {
      nullable: true,
      description: "The name that somebody gave who commented by a review link.",
    }),
    isShared: t.exposeBoolean("isShared", {
      description: "Whether those who hold a review link of the post read it as well. What they say themselves is.",
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When." }),
    post: t.relation("post", { description: "The post." }),
  }),
});

const decidedLast = { field: "at", direction: "desc" } as const satisfies KeysetOrder<"at">;
const saidLast = { field: "createdAt", direction: "desc" } as const satisfies KeysetOrder<"createdAt">;

const PostDecisionConnection = builder.connectionObject(
  { type: PostDecisionType, name: "PostDecisionConnection", description: "A page of decisions." },
  { name: "PostDecisionEdge", description: "A decision in its list." },
);

const PostCommentConnection = builder.connectionObject(
  { type: PostCommentType, name: "PostCommentConnection", description: "A page of comments." },
  { name: "PostCommentEdge", description: "A comment in its list." },
);

const decisionsOf = relatedConnection({
  order: decidedLast,
  load: async ({ services: { db } }, parentIds, page) => {
    const posts = await db.post.findMany({ where: { id: { in: parentIds } }, select: { id: true, decisions: page } });
    return posts.map(({ id, decisions: rows }) => ({ id, rows }));
  },
  count: async ({ services: { db } }, parentIds) => {
    const select = { id: true, _count: { select: { decisions: true } } } as const;
    const posts = await db.post.findMany({ where: { id: { in: parentIds } }, select });
    return posts.map(({ id, _count }) => ({ id, rows: _count.decisions }));
  },
});

builder.prismaObjectField("Post", "decisions", (t) =>
  t.connection(
    {
      type: PostDecisionType,
      description: "Every step of its approval, the last first. One statement for all posts of an answer.",
      select: { id: true },
      resolve: ({ id }, args, context, info) => decisionsOf(id, args, context, info),
    },
    PostDecisionConnection,
  ),
);

const commentsOf = relatedConnection({
  order: saidLast,
  load: async ({ services: { db } }, parentIds, page) => {
    const posts = await db.post.findMany({ where: { id: { in: parentIds } }, select: { id: true, comments: page } });
    return posts.map(({ id, comments: rows }) => ({ id, rows }));
  },
  count: async ({ services: { db } }, parentIds) => {
    const select = { id: true, _count: { select: { comments: true } } } as const;
    const posts = await db.post.findMany({ where: { id: { in: parentIds } }, select });
    return posts.map(({ id, _count }) => ({ id, rows: _count.comments }));
  },
});

builder.prismaObjectField("Post", "comments", (t) =>
  t.connection(
    {
      type: PostCommentType,
      description: "What people said about it, the last first. One statement for all posts of an answer.",
      select: { id: true },
      resolve: ({ id }, args, context, info) => commentsOf(id, args, context, info),
    },
    PostCommentConnection,
  ),
);

const CommentOnPostInput = builder.inputType("CommentOnPostInput", {
  description: "Something to say about a post.",
  fields: (t) => ({
    postId: t.id({ required: true, description: "The post." }),
    text: t.string({ required: true, description: "At most 5,000 characters." }),
    share: t.boolean({
      defaultValue: false,
      description: "Also shows it to those who hold a review link of the post.",
    }),
  }),
});

const CommentOnPostSuccess = builder.objectRef<{ commentId: string }>("CommentOnPostSuccess").implement({
  description: "The comment stands.",
  isTypeOf: () => true,
  fields: (t) => ({
    comment: t.prismaField({
      type: PostCommentType,
      description: "The comment.",
      resolve: (query, { commentId }, _args, { services }) =>
        services.db.postComment.findUniqueOrThrow({ ...query, where: { id: commentId } }),
    }),
  }),
});

builder.mutationField("commentOnPost", (t) =>
  t.withAuth({ may: "posts:comment" }).field({
    type: CommentOnPostSuccess,
    nullable: true,
    description: "Says something about a post. Who reviews or edits may; `postChanged` tells the others.",
    args: { input: t.arg({ type: CommentOnPostInput, required: true, description: "The comment." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError] },
    resolve: (_root, { input }, { services, viewer }) =>
      commentOnPost(services, viewer, {
        ...{ postId: rowId("Post", input.postId, ["postId"]), text: input.text },
        share: input.share ?? undefined,
      }),
  }),
);
