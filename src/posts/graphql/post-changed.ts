import type { Prisma } from "../../generated/prisma/client.ts";
import { builder } from "../../graphql/builder.ts";
import { ChangedEvent } from "../../graphql/changed-event.ts";
import type { StreamedEvent } from "../../graphql/event-stream.ts";
import { visibleTo } from "../../graphql/visible-to.ts";
import { watchWorkspace } from "../../workspaces/watch-workspace.ts";
import { postTopic } from "../target-status.ts";

/** What is shown first where nothing is named. */
const unfinished: Prisma.PostWhereInput = {
  targets: { some: { status: { in: ["SCHEDULED", "PUBLISHING", "SUBMITTED"] } } },
};

const PostChangedFilter = builder.inputType("PostChangedFilter", {
  description: "Which posts to watch.",
  fields: (t) => ({
    workspaceId: t.id({ description: "Default: your personal workspace." }),
    postIds: t.idList({ description: "Only these; at most 100. Default: all of the workspace." }),
  }),
});

const PostChangedEvent = builder.objectRef<StreamedEvent>("PostChangedEvent").implement({
  description: "A post changed.",
  interfaces: [ChangedEvent],
  isTypeOf: () => true,
  fields: (t) => ({
    post: t.prismaField({
      type: "Post",
      nullable: true,
      description: "The post as it is now; null when it is gone or you can no longer see it.",
      resolve: (query, { entityId }, _args, { services, viewer }) =>
        services.db.post.findFirst({
          ...query,
          where: { id: entityId, ...visibleTo(viewer) },
        }),
    }),
  }),
});

builder.subscriptionField("postChanged", (t) =>
  t.withAuth({ may: "posts:read" }).field({
    type: PostChangedEvent,
    description:
      "Posts as they change: the current state first (of the named posts, or of all that are scheduled or on their way), then every change.",
    args: {
      filter: t.arg({
        type: PostChangedFilter,
        description: "Which posts; all of your personal workspace by default.",
      }),
      after: t.arg({
        type: "Cursor",
        description: "Resume behind this event: everything missed once and in order, then live.",
      }),
    },
    subscribe: (_root, { filter, after }, context) =>
      watchWorkspace(context, {
        ...{ typename: "Post", topic: postTopic, permission: "posts:read", workspaceId: filter?.workspaceId, after },
        only: { argument: "postIds", ids: filter?.postIds },
        snapshot: ({ where, take }) =>
          context.services.db.post.findMany({
            where: where.id === undefined ? { ...where, ...unfinished } : where,
            select: { id: true },
            orderBy: { createdAt: "desc" },
            take,
          }),
      }),
    resolve: (event) => event,
  }),
);
