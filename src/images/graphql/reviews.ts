import { builder } from "../../graphql/builder.ts";
import { rowId } from "../../graphql/ids.ts";
import type { KeysetOrder } from "../../graphql/keyset.ts";
import { relatedConnection } from "../../graphql/related-connection.ts";
import { visibleTo } from "../../graphql/visible-to.ts";
import { ConflictError, ForbiddenError, NotFoundError, ValidationError } from "../../infra/errors.ts";
import { commentOnImage } from "../comment-on-image.ts";
import { ReviewStateEnum } from "./image.ts";

const ImageDecisionType = builder.prismaNode("ReviewDecision", {
  name: "ImageDecision",
  nullable: true,
  id: { field: "id", description: "The decision's id." },
  description: "One decision about a picture. The last one is the picture's `reviewState`.",
  findUnique: (id, { viewer }) => ({ id, image: visibleTo(viewer) }),
  authScopes: { may: "images:read" },
  runScopesOnType: true,
  fields: (t) => ({
    state: t.expose("state", { type: ReviewStateEnum, description: "What was decided." }),
    reason: t.exposeString("reason", { nullable: true, description: "Why." }),
    user: t.relation("user", { nullable: true, description: "Who decided; null once their account is gone." }),
    at: t.expose("at", { type: "DateTime", description: "When." }),
    image: t.relation("image", { description: "The picture." }),
  }),
});

const ImageCommentType = builder.prismaNode("ImageComment", {
  nullable: true,
  id: { field: "id", description: "The comment's id." },
  description: "What somebody said about a picture.",
  findUnique: (id, { viewer }) => ({ id, image: visibleTo(viewer) }),
  authScopes: { may: "images:read" },
  runScopesOnType: true,
  fields: (t) => ({
    text: t.exposeString("text", { description: "What they said." }),
    user: t.relation("user", { nullable: true, description: "Who; null once their account is gone." }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When." }),
    image: t.relation("image", { description: "The picture." }),
  }),
});

const decidedLast = { field: "at", direction: "desc" } as const satisfies KeysetOrder<"at">;
const saidLast = { field: "createdAt", direction: "desc" } as const satisfies KeysetOrder<"createdAt">;

const ImageDecisionConnection = builder.connectionObject(
  { type: ImageDecisionType, name: "ImageDecisionConnection", description: "A page of decisions." },
  { name: "ImageDecisionEdge", description: "A decision in its list." },
);

const ImageCommentConnection = builder.connectionObject(
  { type: ImageCommentType, name: "ImageCommentConnection", description: "A page of comments." },
  { name: "ImageCommentEdge", description: "A comment in its list." },
);

builder.prismaObjectField("Image", "reviewedBy", (t) =>
  t.relation("reviewedBy", {
    nullable: true,
    description: "Who decided last; null while nobody has, and once their account is gone.",
  }),
);

const decisionsOf = relatedConnection({
  order: decidedLast,
  load: async ({ services: { db } }, parentIds, page) => {
    const images = await db.image.findMany({ where: { id: { in: parentIds } }, select: { id: true, decisions: page } });
    return images.map(({ id, decisions: rows }) => ({ id, rows }));
  },
  count: async ({ services: { db } }, parentIds) => {
    const select = { id: true, _count: { select: { decisions: true } } } as const;
    const images = await db.image.findMany({ where: { id: { in: parentIds } }, select });
    return images.map(({ id, _count }) => ({ id, rows: _count.decisions }));
  },
});

builder.prismaObjectField("Image", "decisions", (t) =>
  t.connection(
    {
      type: ImageDecisionType,
      description: "Every decision about it, the last one first. One statement for all images of an answer.",
      select: { id: true },
      resolve: ({ id }, args, context, info) => decisionsOf(id, args, context, info),
    },
    ImageDecisionConnection,
  ),
);

const commentsOf = relatedConnection({
  order: saidLast,
  load: async ({ services: { db } }, parentIds, page) => {
    const images = await db.image.findMany({ where: { id: { in: parentIds } }, select: { id: true, comments: page } });
    return images.map(({ id, comments: rows }) => ({ id, rows }));
  },
  count: async ({ services: { db } }, parentIds) => {
    const select = { id: true, _count: { select: { comments: true } } } as const;
    const images = await db.image.findMany({ where: { id: { in: parentIds } }, select });
    return images.map(({ id, _count }) => ({ id, rows: _count.comments }));
  },
});

builder.prismaObjectField("Image", "comments", (t) =>
  t.connection(
    {
      type: ImageCommentType,
      description: "What people said about it, the last first. One statement for all images of an answer.",
      select: { id: true },
      resolve: ({ id }, args, context, info) => commentsOf(id, args, context, info),
    },
    ImageCommentConnection,
  ),
);

const CommentOnImageInput = builder.inputType("CommentOnImageInput", {
  description: "Something to say about an image.",
  fields: (t) => ({
    imageId: t.id({ required: true, description: "The image." }),
    text: t.string({ required: true, description: "At most 5,000 characters." }),
  }),
});

const CommentOnImageSuccess = builder.objectRef<{ commentId: string }>("CommentOnImageSuccess").implement({
  description: "The comment stands.",
  fields: (t) => ({
    comment: t.prismaField({
      type: ImageCommentType,
      description: "The comment.",
      resolve: (query, { commentId }, _args, { services }) =>
        services.db.imageComment.findUniqueOrThrow({ ...query, where: { id: commentId } }),
    }),
  }),
});

builder.mutationField("commentOnImage", (t) =>
  t.withAuth({ may: "images:comment" }).field({
    type: CommentOnImageSuccess,
    nullable: true,
    description: "Says something about an image. Who reviews or edits may; `imageChanged` tells the others.",
    args: { input: t.arg({ type: CommentOnImageInput, required: true, description: "The comment." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError] },
    resolve: (_root, { input }, { services, viewer }) =>
      commentOnImage(services, viewer, { imageId: rowId("Image", input.imageId, ["imageId"]), text: input.text }),
  }),
);
