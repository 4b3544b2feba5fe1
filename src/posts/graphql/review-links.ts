/** Links by which somebody without an account reviews a post. */
import { builder } from "../../graphql/builder.ts";
import { rowId } from "../../graphql/ids.ts";
import { visibleTo } from "../../graphql/visible-to.ts";
import { ConflictError, ForbiddenError, NotFoundError, ValidationError } from "../../infra/errors.ts";
import { createReviewLink } from "../approval/links/create-review-link.ts";
import { revokeReviewLink } from "../approval/links/revoke-review-link.ts";

const ReviewLinkType = builder.prismaNode("ReviewLink", {
  nullable: true,
  id: { field: "id", description: "The link's id." },
  description:
    "A link by which somebody without an account reads one post, comments on it, and approves or rejects it in its maker's place. Who decides sees it.",
  findUnique: (id, { viewer }) => ({ id, AND: [visibleTo(viewer, "posts:review")] }),
  authScopes: { may: "posts:review" },
  runScopesOnType: true,
  fields: (t) => ({
    label: t.exposeString("label", { description: "For whom it is." }),
    createdBy: t.relation("createdBy", {
      nullable: true,
      description: "Who made it; null once their account is gone: then it opens nothing.",
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was made." }),
    expiresAt: t.expose("expiresAt", { type: "DateTime", description: "Until when it counts." }),
    revokedAt: t.expose("revokedAt", { type: "DateTime", nullable: true, description: "When it was revoked." }),
    lastUsedAt: t.expose("lastUsedAt", {
      type: "DateTime",
      nullable: true,
      description: "When somebody last decided or commented by it.",
    }),
    post: t.relation("post", { description: "The post." }),
  }),
});

builder.prismaObjectField("Post", "reviewLinks", (t) =>
  t.relation("reviewLinks", {
    type: ReviewLinkType,
    description: "Links by which others review it, the newest first. Only who decides sees any.",
    query: (_args, { viewer }) => ({ where: visibleTo(viewer, "posts:review"), orderBy: { createdAt: "desc" } }),
  }),
);

const CreateReviewLinkInput = builder.inputType("CreateReviewLinkInput", {
  description: "A link to make.",
  fields: (t) => ({
    postId: t.id({ required: true, description: "The post to review." }),
    label: t.string({ required: true, description: "For whom it is; at most 80 characters." }),
    days: t.int({ required: true, defaultValue: 7, description: "How long it lasts, 1 to 90." }),
  }),
});

const CreateReviewLinkSuccess = builder
  .objectRef<{ reviewLinkId: string; url: string }>("CreateReviewLinkSuccess")
  .implement({
    description: "The link is made.",
    isTypeOf: () => true,
    fields: (t) => ({
      url: t.exposeString("url", { description: "Its address. It is told this once; whoever has it may decide." }),
      reviewLink: t.prismaField({
        type: ReviewLinkType,
        description: "The link.",
        resolve: (query, { reviewLinkId }, _args, { services }) =>
          services.db.reviewLink.findUniqueOrThrow({ ...query, where: { id: reviewLinkId } }),
      }),
    }),
  });

builder.mutationField("createReviewLink", (t) =>
  t.withAuth({ may: "posts:review" }).field({
    type: CreateReviewLinkSuccess,
    nullable: true,
    description:
      "Makes a link by which somebody without an account reviews a post in your place. It can do no more than you.",
    args: { input: t.arg({ type: CreateReviewLinkInput, required: true, description: "The link." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError] },
    resolve: (_root, { input }, { services, viewer }) =>
      createReviewLink(services, viewer, { ...input, postId: rowId("Post", input.postId, ["postId"]) }),
  }),
);

const RevokeReviewLinkInput = builder.inputType("RevokeReviewLinkInput", {
  description: "A link to revoke.",
  fields: (t) => ({ reviewLinkId: t.id({ required: true, description: "The link." }) }),
});

const RevokeReviewLinkSuccess = builder.objectRef<{ reviewLinkId: string }>("RevokeReviewLinkSuccess").implement({
  description: "The link opens nothing any more.",
  isTypeOf: () => true,
  fields: (t) => ({
    reviewLink: t.prismaField({
      type: ReviewLinkType,
      description: "The link.",
      resolve: (query, { reviewLinkId }, _args, { services }) =>
        services.db.reviewLink.findUniqueOrThrow({ ...query, where: { id: reviewLinkId } }),
    }),
  }),
});

builder.mutationField("revokeReviewLink", (t) =>
  t.withAuth({ may: "posts:review" }).field({
    type: RevokeReviewLinkSuccess,
    nullable: true,
    description: "Revokes a review link. What was decided by it stays.",
    args: { input: t.arg({ type: RevokeReviewLinkInput, required: true, description: "The link." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError] },
    resolve: (_root, { input }, { services, viewer }) =>
      revokeReviewLink(services, viewer, { reviewLinkId: rowId("ReviewLink", input.reviewLinkId, ["reviewLinkId"]) }),
  }),
);
