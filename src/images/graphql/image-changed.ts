import type { Prisma } from "../../generated/prisma/client.ts";
import { builder } from "../../graphql/builder.ts";
import { ChangedEvent } from "../../graphql/changed-event.ts";
import type { StreamedEvent } from "../../graphql/event-queue.ts";
import { visibleTo } from "../../graphql/visible-to.ts";
import { watchWorkspace } from "../../workspaces/watch-workspace.ts";
import { imageTopic } from "../image-status.ts";
import { ImageStatusEnum } from "./image.ts";

/** What is shown first where nothing is named. */
const unfinished: Prisma.ImageWhereInput = { status: { in: ["PENDING", "GENERATING"] } };

/** Behind these nothing happens by itself. */
const settled: Prisma.ImageWhereInput = { status: { in: ["GENERATED", "FAILED", "CANCELLED"] } };

const ImageChangedFilter = builder.inputType("ImageChangedFilter", {
  description: "Which images to watch.",
  fields: (t) => ({
    workspaceId: t.id({ description: "Default: your personal workspace." }),
    imageIds: t.idList({
      description:
        "Only these; at most 100. Default: all of the workspace. Ids of images that are not there, or not in this workspace, are silent.",
    }),
    statuses: t.field({
      type: [ImageStatusEnum],
      description:
        "Only while it is in one of these states, looked up when the event is delivered. What is deleted is told in any case.",
    }),
  }),
});

const ImageChangedEvent = builder.objectRef<StreamedEvent>("ImageChangedEvent").implement({
  description: "An image changed.",
  interfaces: [ChangedEvent],
  isTypeOf: () => true,
  fields: (t) => ({
    image: t.prismaField({
      type: "Image",
      nullable: true,
      description: "The image as it is now; null when it is gone or you can no longer see it.",
      resolve: (query, { entityId }, _args, { services, viewer }) =>
        services.db.image.findFirst({
          ...query,
          where: { id: entityId, ...visibleTo(viewer) },
        }),
    }),
  }),
});

builder.subscriptionField("imageChanged", (t) =>
  t.withAuth({ may: "images:read" }).field({
    type: ImageChangedEvent,
    description:
      "Images as they change: the current state first (of the named images, or of those in the named states, or of all unfinished ones; at most 100), then every change. With a single id it completes once the image is GENERATED, FAILED, CANCELLED, gone, or was never there.",
    args: {
      filter: t.arg({
        type: ImageChangedFilter,
        description: "Which images; all of your personal workspace by default.",
      }),
      after: t.arg({
        type: "Cursor",
        description: "Resume behind this event: everything missed once and in order, then live.",
      }),
    },
    subscribe: (_root, { filter, after }, context) => {
      const { db } = context.services;
      const wanted = filter?.statuses ? { status: { in: [...filter.statuses] } } : null;
      return watchWorkspace(context, {
        ...{ typename: "Image", topic: imageTopic, permission: "images:read", workspaceId: filter?.workspaceId, after },
        only: { argument: "imageIds", ids: filter?.imageIds },
        snapshot: ({ where, take }) =>
          db.image.findMany({
            where: { AND: [where, wanted ?? (where.id === undefined ? unfinished : {})] },
            select: { id: true },
            orderBy: { createdAt: "desc" },
            take,
          }),
        matches: wanted ? async (row) => (await db.image.count({ where: { AND: [row, wanted] } })) > 0 : undefined,
        isSettled: async (row) => (await db.image.count({ where: { AND: [row, { NOT: settled }] } })) === 0,
      });
    },
    resolve: (event) => event,
  }),
);
