/** An account's queue is paused, resumed and reordered. */
import { builder } from "../../graphql/builder.ts";
import { rowId, rowIds } from "../../graphql/ids.ts";
import { ConflictError, ForbiddenError, NotFoundError, ValidationError } from "../../infra/errors.ts";
import { QueueFullError } from "../errors.ts";
import { pauseQueue } from "../queue/pause-queue.ts";
import { reorderQueue } from "../queue/reorder-queue.ts";
import { resumeQueue } from "../queue/resume-queue.ts";
import { changedQueue } from "./changed-queue.ts";

const accountText = "The account.";

const PauseQueueInput = builder.inputType("PauseQueueInput", {
  description: "A queue to pause.",
  fields: (t) => ({ socialAccountId: t.id({ required: true, description: accountText }) }),
});

builder.mutationField("pauseQueue", (t) =>
  t.withAuth({ may: "posts:publish" }).field({
    type: changedQueue("PauseQueueSuccess", "Nothing leaves the queue."),
    nullable: true,
    description:
      "Pauses an account's queue: what comes due in it is held, however long, and gets a later slot with `resumeQueue`. Posts with a time of their own still go out; `pauseSocialAccount` stops those as well, and lets what comes due become MISSED.",
    args: { input: t.arg({ type: PauseQueueInput, required: true, description: "The queue." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError] },
    resolve: (_root, { input: { socialAccountId } }, { services, viewer }) =>
      pauseQueue(services, viewer, {
        socialAccountId: rowId("SocialAccount", socialAccountId, ["socialAccountId"]),
      }),
  }),
);

const ResumeQueueInput = builder.inputType("ResumeQueueInput", {
  description: "A paused queue to go on with.",
  fields: (t) => ({ socialAccountId: t.id({ required: true, description: accountText }) }),
});

builder.mutationField("resumeQueue", (t) =>
  t.withAuth({ may: "posts:publish" }).field({
    type: changedQueue("ResumeQueueSuccess", "The queue goes on."),
    nullable: true,
    description:
      "Lets a paused queue go on: what came due meanwhile gets the next free slots, and what stands behind it moves back as far as the order needs.",
    args: { input: t.arg({ type: ResumeQueueInput, required: true, description: "The queue." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, QueueFullError] },
    resolve: (_root, { input: { socialAccountId } }, { services, viewer }) =>
      resumeQueue(services, viewer, {
        socialAccountId: rowId("SocialAccount", socialAccountId, ["socialAccountId"]),
      }),
  }),
);

const ReorderQueueInput = builder.inputType("ReorderQueueInput", {
  description: "Queued posts in their new order.",
  fields: (t) => ({
    socialAccountId: t.id({ required: true, description: accountText }),
    postIds: t.idList({ required: true, description: "The posts, 2 to 200, the one that goes out first first." }),
  }),
});

builder.mutationField("reorderQueue", (t) =>
  t.withAuth({ may: "posts:publish" }).field({
    type: changedQueue("ReorderQueueSuccess", "The posts go out in this order."),
    nullable: true,
    description:
      "Puts queued posts of an account into another order: they share the slots they hold out among themselves. All or nothing.",
    args: { input: t.arg({ type: ReorderQueueInput, required: true, description: "The new order." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError] },
    resolve: (_root, { input: { socialAccountId, postIds } }, { services, viewer }) =>
      reorderQueue(services, viewer, {
        socialAccountId: rowId("SocialAccount", socialAccountId, ["socialAccountId"]),
        postIds: rowIds("Post", postIds, ["postIds"]),
      }),
  }),
);
