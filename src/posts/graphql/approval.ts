/** A post is submitted, approved, rejected, held back. */
import type { PostTargetStatus } from "../../generated/prisma/enums.ts";
import { batched } from "../../graphql/batched.ts";
import { builder } from "../../graphql/builder.ts";
import type { Context } from "../../graphql/context.ts";
import { ErrorInterface } from "../../graphql/errors.ts";
import { rowId } from "../../graphql/ids.ts";
import { ConflictError, ForbiddenError, NotFoundError, ValidationError } from "../../infra/errors.ts";
import { awaitsApproval, postContentHash } from "../approval/approval.ts";
import { approvePost } from "../approval/approve-post.ts";
import { holdPost } from "../approval/hold-post.ts";
import { rejectPost } from "../approval/reject-post.ts";
import { submitPost } from "../approval/submit-post.ts";
import { ContentChangedError, ImageNotApprovedError } from "../errors.ts";
import { targetContent } from "../post-content.ts";
import {
  allowDuplicateText,
  changedPost,
  chosenSchedule,
  expectedVersionText,
  ScheduleInput,
  schedulingErrors,
} from "./changed-post.ts";

builder.objectType(ContentChangedError, {
  name: "ContentChangedError",
  description: "The post is no longer what you looked at. Read it again, then decide.",
  interfaces: [ErrorInterface],
  fields: (t) => ({
    contentHash: t.exposeString("contentHash", { description: "What it is now." }),
  }),
});

const PostApprovalStateEnum = builder.enumType("PostApprovalState", {
  description: "Where the approval of a post stands.",
  values: {
    NOT_SUBMITTED: { description: "Nobody asked for it." },
    PENDING: { description: "It waits for somebody's decision." },
    APPROVED: { description: "It was approved, as it was then; see `PostTarget.awaitsApproval`." },
    REJECTED: { description: "It was rejected. Change it, and schedule or submit it again." },
    HELD: { description: "It is held back until somebody approves it." },
  } as const,
});

/** The contents of posts, for those of one answer together. */
const contentOf = batched(async ({ services }: Context, postIds: readonly string[]) => {
  const targets = await services.db.postTarget.findMany({
    where: { postId: { in: [...postIds] } },
    include: targetContent,
    orderBy: { position: "asc" },
  });
  return postIds.map((postId) => targets.filter((target) => target.postId === postId));
});

builder.prismaObjectFields("Post", (t) => ({
  approvalState: t.expose("approvalState", {
    type: PostApprovalStateEnum,
    description: "Where its approval stands.",
  }),
  contentHash: t.string({
    description:
      "Changes with everything that goes out: texts, pictures, alt texts, options. Pass it when you decide: you approve what you read.",
    // Read with the texts and pictures themselves: a later statement could tell the hash of another content.
    select: { targets: { orderBy: { position: "asc" }, include: targetContent } },
    resolve: ({ targets }) => postContentHash(targets),
  }),
}));

const mayStillWait: readonly PostTargetStatus[] = [
  ...(["DRAFT", "AWAITING_APPROVAL", "AWAITING_IMAGES", "SCHEDULED", "FAILED", "MISSED", "CANCELLED"] as const),
];

builder.prismaObjectField("PostTarget", "awaitsApproval", (t) =>
  t.boolean({
    description: "Whether it must be approved, as it is now, before it can go out.",
    select: { id: true, postId: true },
    resolve: async ({ id, postId }, _args, context) =>
      (await contentOf(context, postId)).some(
        (target) => target.id === id && mayStillWait.includes(target.status) && awaitsApproval(target),
      ),
  }),
);

const postIdText = "The post.";
const contentHashText = "`contentHash` of the post as you read it: refused when it is another by now.";

const SubmitPostInput = builder.inputType("SubmitPostInput", {
  description: "A post to submit for approval.",
  fields: (t) => ({
    postId: t.id({ required: true, description: postIdText }),
    schedule: t.field({
      type: ScheduleInput,
      description: "When it goes out once it is approved: a time. Default: it becomes an approved draft.",
    }),
    allowDuplicate: t.boolean({ description: allowDuplicateText }),
    expectedVersion: t.int({ description: expectedVersionText }),
  }),
});

builder.mutationField("submitPost", (t) =>
  t.withAuth({ may: "posts:write" }).field({
    type: changedPost("SubmitPostSuccess", "The post waits for approval, and those who decide are told."),
    nullable: true,
    description: "Asks for a post's approval, also where the workspace does not require it.",
    args: { input: t.arg({ type: SubmitPostInput, required: true, description: postIdText }) },
    errors: { types: schedulingErrors },
    resolve: (_root, { input }, { services, viewer }) =>
      submitPost(services, viewer, {
        ...{ ...input, postId: rowId("Post", input.postId, ["postId"]) },
        schedule: input.schedule ? chosenSchedule(input.schedule) : null,
      }),
  }),
);

const decisionErrors = [ValidationError, NotFoundError, ForbiddenError, ConflictError];

const ApprovePostInput = builder.inputType("ApprovePostInput", {
  description: "A post to approve.",
  fields: (t) => ({
    postId: t.id({ required: true, description: postIdText }),
    contentHash: t.string({ required: true, description: contentHashText }),
    reason: t.string({ description: "What you want to say about it; at most 1,000 characters." }),
  }),
});

builder.mutationField("approvePost", (t) =>
  t.withAuth({ may: "posts:review" }).field({
    type: changedPost("ApprovePostSuccess", "The post is approved as you read it; what had a time is scheduled."),
    nullable: true,
    description: "Approves a post, exactly as it is: a later change of what goes out asks again.",
    args: { input: t.arg({ type: ApprovePostInput, required: true, description: postIdText }) },
    errors: { types: [...decisionErrors, ContentChangedError, ImageNotApprovedError] },
    resolve: (_root, { input }, { services, viewer }) =>
      approvePost(services, viewer, { ...input, postId: rowId("Post", input.postId, ["postId"]) }),
  }),
);

const RejectPostInput = builder.inputType("RejectPostInput", {
  description: "A post to reject.",
  fields: (t) => ({
    postId: t.id({ required: true, description: postIdText }),
    contentHash: t.string({ required: true, description: contentHashText }),
    reason: t.string({ required: true, description: "Why, in words its author can act on; at most 1,000 characters." }),
  }),
});

builder.mutationField("rejectPost", (t) =>
  t.withAuth({ may: "posts:review" }).field({
    type: changedPost("RejectPostSuccess", "The post is a draft again, and its author is told why."),
    nullable: true,
    description: "Rejects a post that waits, is approved or is scheduled.",
    args: { input: t.arg({ type: RejectPostInput, required: true, description: postIdText }) },
    errors: { types: [...decisionErrors, ContentChangedError] },
    resolve: (_root, { input }, { services, viewer }) =>
      rejectPost(services, viewer, { ...input, postId: rowId("Post", input.postId, ["postId"]) }),
  }),
);

const HoldPostInput = builder.inputType("HoldPostInput", {
  description: "A post to hold back.",
  fields: (t) => ({
    postId: t.id({ required: true, description: postIdText }),
    reason: t.string({ description: "Why; at most 1,000 characters." }),
  }),
});

builder.mutationField("holdPost", (t) =>
  t.withAuth({ may: "posts:review" }).field({
    type: changedPost("HoldPostSuccess", "The post waits, with its time, until somebody approves it."),
    nullable: true,
    description:
      "Holds a post back at once, whatever it is by now. What is being sent at this moment may still go out.",
    args: { input: t.arg({ type: HoldPostInput, required: true, description: postIdText }) },
    errors: { types: decisionErrors },
    resolve: (_root, { input }, { services, viewer }) =>
      holdPost(services, viewer, { ...input, postId: rowId("Post", input.postId, ["postId"]) }),
  }),
);
