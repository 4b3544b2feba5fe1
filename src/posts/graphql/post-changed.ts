import type { Prisma } from "../../generated/prisma/client.ts";
import { builder } from "../../graphql/builder.ts";
import { ChangedEvent } from "../../graphql/changed-event.ts";
import type { StreamedEvent } from "../../graphql/event-queue.ts";
import { visibleTo } from "../../graphql/visible-to.ts";
import { watchWorkspace } from "../../workspaces/watch-workspace.ts";
import { wherePostStatus } from "../post-status-where.ts";
import { postTopic } from "../target-status.ts";
import { PostStatusEnum } from "./post.ts";

/** What is shown first where nothing is named. */
const unfinished: Prisma.PostWhereInput = {
  targets: { some: { status: { in: ["SCHEDULED", "PUBLISHING", "SUBMITTED"] } } },
};

/** Behind these nothing happens by itself, and nobody is asked. */
const settled = wherePostStatus(["PUBLISHED", "PARTIALLY_PUBLISHED", "FAILED", "CANCELLED"]);

const PostChangedFilter = builder.inputType("PostChangedFilter", {
  description: "Which posts to watch.",
  fields: (t) => ({
    workspaceId: t.id({ description: "Default: your personal workspace." }),
    postIds: t.idList({
      description:
        "Only these; at most 100. Default: all of the workspace. Ids of posts that are not there, or not in this workspace, are silent.",
    }),
    statuses: t.field({
      type: [PostStatusEnum],
      description:
        "Only while it is in one of these states, looked up when the event is delivered. What is deleted is told in any case.",
    }),
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
      "Posts as they change: the current state first (of the named posts, or of those in the named states, or of all that are scheduled or on their way; at most 100), then every change. With a single id it completes once the post is PUBLISHED, PARTIALLY_PUBLISHED, FAILED, CANCELLED, gone, or was never there.",
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
    subscribe: (_root, { filter, after }, context) => {
      const { db } = context.services;
      const wanted = filter?.statuses ? wherePostStatus(filter.statuses) : null;
      return watchWorkspace(context, {
        ...{ typename: "Post", topic: postTopic, permission: "posts:read", workspaceId: filter?.workspaceId, after },
        only: { argument: "postIds", ids: filter?.postIds },
        snapshot: ({ where, take }) =>
          db.post.findMany({
            where: { AND: [where, wanted ?? (where.id === undefined ? unfinished : {})] },
            select: { id: true },
            orderBy: { createdAt: "desc" },
            take,
          }),
        matches: wanted ? async (row) => (await db.post.count({ where: { AND: [row, wanted] } })) > 0 : undefined,
        isSettled: async (row) => (await db.post.count({ where: { AND: [row, { NOT: settled }] } })) === 0,
      });
    },
    resolve: (event) => event,
  }),
);
