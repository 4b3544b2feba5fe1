import { builder } from "../../graphql/builder.ts";
import { ErrorInterface } from "../../graphql/errors.ts";
import { rowId } from "../../graphql/ids.ts";
import { ConflictError, ForbiddenError, NotFoundError, ValidationError } from "../../infra/errors.ts";
import { SyncTooSoonError } from "../errors.ts";
import { syncPostAnalytics } from "../sync/sync-post-analytics.ts";

builder.objectType(SyncTooSoonError, {
  name: "SyncTooSoonError",
  description: "All of the post's numbers were read, or asked for, within five minutes, or their platform wants quiet.",
  interfaces: [ErrorInterface],
  fields: (t) => ({
    retryAt: t.expose("retryAt", { type: "DateTime", description: "When they may be asked for again." }),
  }),
});

const SyncPostAnalyticsInput = builder.inputType("SyncPostAnalyticsInput", {
  description: "A post whose numbers are to be read.",
  fields: (t) => ({ postId: t.id({ required: true, description: "The post." }) }),
});

const SyncPostAnalyticsSuccess = builder.objectRef<{ readonly postId: string }>("SyncPostAnalyticsSuccess").implement({
  description: "A worker reads the numbers; `postChanged` tells when they are there.",
  isTypeOf: (value) => typeof value === "object" && value !== null && "postId" in value,
  fields: (t) => ({
    post: t.prismaField({
      type: "Post",
      description: "The post, with the numbers known so far.",
      resolve: (query, { postId }, _args, { services }) =>
        services.db.post.findUniqueOrThrow({ ...query, where: { id: postId } }),
    }),
  }),
});

builder.mutationField("syncPostAnalytics", (t) =>
  t.withAuth({ may: "analytics:sync" }).field({
    type: SyncPostAnalyticsSuccess,
    nullable: true,
    description:
      "Has the numbers of a post read now, at most every five minutes for each target. Answers at once; targets that were read a moment ago are left out.",
    args: { input: t.arg({ type: SyncPostAnalyticsInput, required: true, description: "The post." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError, SyncTooSoonError] },
    resolve: async (_root, { input }, { services, viewer }) => {
      const postId = rowId("Post", input.postId, ["postId"]);
      await syncPostAnalytics(services, viewer, { postId });
      return { postId };
    },
  }),
);
