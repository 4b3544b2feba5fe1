import { builder } from "../../graphql/builder.ts";
import { rowId } from "../../graphql/ids.ts";
import { type KeysetOrder, keysetConnection } from "../../graphql/keyset.ts";
import { nodeSelection } from "../../graphql/node-selection.ts";
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

builder.prismaObjectField("Image", "decisions", (t) =>
  t.connection(
    {
      type: ImageDecisionType,
      description: "Every decision about it, the last one first. One statement for each image: ask for it of one.",
      select: { id: true },
      resolve: ({ id }, args, context, info) => {
        const { reviewDecision } = context.services.db;
        const where = { imageId: id };
        return keysetConnection(
          { order: decidedLast, args },
          (page) =>
            reviewDecision.findMany({ ...nodeSelection(context, info), ...page, where: { AND: [where, page.where] } }),
          (take) => reviewDecision.count({ where, take }),
        );
      },
    },
    ImageDecisionConnection,
  ),
);

builder.prismaObjectField("Image", "comments", (t) =>
  t.connection(
    {
      type: ImageCommentType,
      description: "What people said about it, the last first. One statement for each image: ask for it of one.",
      select: { id: true },
      resolve: ({ id }, args, context, info) => {
        const { imageComment } = context.services.db;
        const where = { imageId: id };
        return keysetConnection(
          { order: saidLast, args },
          (page) =>
            imageComment.findMany({ ...nodeSelection(context, info), ...page, where: { AND: [where, page.where] } }),
          (take) => imageComment.count({ where, take }),
        );
      },
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
