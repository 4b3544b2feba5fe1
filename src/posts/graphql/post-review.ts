/** A post as somebody without an account reviews it, by a link. */
import { builder } from "../../graphql/builder.ts";
import { mediaUrl } from "../../images/media-url.ts";
import { ConflictError, NotFoundError, TooManyAttemptsError, ValidationError } from "../../infra/errors.ts";
import { type PostReview, type ReviewEntry, readReview } from "../approval/links/read-review.ts";
import { commentByLink, decideByLink } from "../approval/links/review-by-link.ts";
import { ContentChangedError, ImageNotApprovedError } from "../errors.ts";
import { PostDecisionKindEnum } from "./approval-history.ts";
import { PostStatusEnum } from "./post.ts";

const ReviewEntryType = builder.objectRef<ReviewEntry>("PostReviewEntry").implement({
  description: "What was decided or said about a post.",
  fields: (t) => ({
    at: t.expose("at", { type: "DateTime", description: "When." }),
    by: t.exposeString("by", { nullable: true, description: "Who, by name; null once their account is gone." }),
    decision: t.expose("decision", {
      type: PostDecisionKindEnum,
      nullable: true,
      description: "What was decided; null for a comment.",
    }),
    text: t.exposeString("text", { description: "The comment, or a guest's reason; may be empty." }),
  }),
});

const ReviewImage = builder.objectRef<PostReview["images"][number]>("PostReviewImage").implement({
  description: "A picture of a post under review.",
  fields: (t) => ({
    url: t.string({
      description: "A preview, signed, for a day or two.",
      resolve: ({ imageId }, _args, { services }) => mediaUrl(services, imageId, "preview"),
    }),
    altText: t.exposeString("altText", { description: "What it shows." }),
  }),
});

const ReviewTarget = builder.objectRef<PostReview["targets"][number]>("PostReviewTarget").implement({
  description: "Where a post under review goes.",
  fields: (t) => ({
    platform: t.exposeString("platform", { description: "The social network, as people call it." }),
    handle: t.exposeString("handle", { description: "The account." }),
    text: t.exposeString("text", { description: "The text that goes out there." }),
    scheduledAt: t.expose("scheduledAt", {
      type: "DateTime",
      nullable: true,
      description: "When, where it is planned.",
    }),
  }),
});

const PostReviewType = builder.objectRef<PostReview>("PostReview").implement({
  description: "A post as whoever holds a review link sees it.",
  fields: (t) => ({
    workspaceName: t.exposeString("workspaceName", { description: "Whose post it is." }),
    label: t.exposeString("label", { description: "For whom the link was made." }),
    expiresAt: t.expose("expiresAt", { type: "DateTime", description: "Until when the link counts." }),
    status: t.expose("status", { type: PostStatusEnum, description: "Where the post stands." }),
    contentHash: t.exposeString("contentHash", { description: "Pass it when you decide: you approve what you read." }),
    images: t.expose("images", { type: [ReviewImage], description: "The pictures, in order." }),
    targets: t.expose("targets", { type: [ReviewTarget], description: "Where it goes, in order." }),
    history: t.expose("history", {
      type: [ReviewEntryType],
      description:
        "The last fifty decisions, and the last fifty comments that are shared with guests, the oldest first.",
    }),
  }),
});

builder.queryField("postReview", (t) =>
  t.field({
    type: PostReviewType,
    nullable: true,
    description:
      "A post by the secret of a review link; needs no sign-in. Null for a link that has run out, was revoked or never was.",
    args: { token: t.arg.string({ required: true, description: "What stands behind `#token=` in the link." }) },
    resolve: (_root, { token }, { services }) => readReview(services, token),
  }),
);

/** The field of a success that carries what the guest sees now. */
const reviewed = (name: string, description: string) =>
  builder.objectRef<{ token: string }>(name).implement({
    description,
    isTypeOf: () => true,
    fields: (t) => ({
      review: t.field({
        type: PostReviewType,
        nullable: true,
        description: "The post, as it is now; null where the link ran out meanwhile.",
        resolve: ({ token }, _args, { services }) => readReview(services, token),
      }),
    }),
  });

const tokenText = "What stands behind `#token=` in the link.";
const nameText = "Your name, as others shall read it; at most 80 characters.";
const guestErrors = [ValidationError, NotFoundError, TooManyAttemptsError];

const ReviewChoiceEnum = builder.enumType("PostReviewChoice", {
  description: "How a guest decides.",
  values: { APPROVE: { description: "It may go out." }, REJECT: { description: "It must not." } } as const,
});

const DecideByReviewLinkInput = builder.inputType("DecideByReviewLinkInput", {
  description: "A guest's decision.",
  fields: (t) => ({
    token: t.string({ required: true, description: tokenText }),
    name: t.string({ required: true, description: nameText }),
    decision: t.field({ type: ReviewChoiceEnum, required: true, description: "Approve or reject." }),
    contentHash: t.string({ required: true, description: "`contentHash` of the post as you read it." }),
    reason: t.string({ description: "Why; a rejection needs it. At most 1,000 characters." }),
  }),
});

builder.mutationField("decideByReviewLink", (t) =>
  t.field({
    type: reviewed("DecideByReviewLinkSuccess", "The decision stands."),
    nullable: true,
    description: "Approves or rejects a post by a review link; needs no sign-in.",
    args: { input: t.arg({ type: DecideByReviewLinkInput, required: true, description: "The decision." }) },
    errors: { types: [...guestErrors, ConflictError, ContentChangedError, ImageNotApprovedError] },
    resolve: (_root, { input }, { services }) => decideByLink(services, input),
  }),
);

const CommentByReviewLinkInput = builder.inputType("CommentByReviewLinkInput", {
  description: "A guest's comment.",
  fields: (t) => ({
    token: t.string({ required: true, description: tokenText }),
    name: t.string({ required: true, description: nameText }),
    text: t.string({ required: true, description: "At most 5,000 characters." }),
  }),
});

builder.mutationField("commentByReviewLink", (t) =>
  t.field({
    type: reviewed("CommentByReviewLinkSuccess", "The comment stands."),
    nullable: true,
    description: "Comments on a post by a review link; needs no sign-in.",
    args: { input: t.arg({ type: CommentByReviewLinkInput, required: true, description: "The comment." }) },
    errors: { types: guestErrors },
    resolve: (_root, { input }, { services }) => commentByLink(services, input),
  }),
);
