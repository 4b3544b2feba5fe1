import type { Prisma } from "../../generated/prisma/client.ts";
import { builder } from "../../graphql/builder.ts";
import { ChangedEvent } from "../../graphql/changed-event.ts";
import type { StreamedEvent } from "../../graphql/event-stream.ts";
import { visibleTo } from "../../graphql/visible-to.ts";
import { watchWorkspace } from "../../workspaces/watch-workspace.ts";
import { imageTopic } from "../image-status.ts";

/** What is shown first where nothing is named. */
const unfinished: Prisma.ImageWhereInput = { status: { in: ["PENDING", "GENERATING"] } };

const ImageChangedFilter = builder.inputType("ImageChangedFilter", {
  description: "Which images to watch.",
  fields: (t) => ({
    workspaceId: t.id({ description: "Default: your personal workspace." }),
    imageIds: t.idList({ description: "Only these; at most 100. Default: all of the workspace." }),
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
      "Images as they change: the current state first (of the named images, or of all unfinished ones), then every change.",
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
    subscribe: (_root, { filter, after }, context) =>
      watchWorkspace(context, {
        ...{ typename: "Image", topic: imageTopic, permission: "images:read", workspaceId: filter?.workspaceId, after },
        only: { argument: "imageIds", ids: filter?.imageIds },
        snapshot: ({ where, take }) =>
          context.services.db.image.findMany({
            where: where.id === undefined ? { ...where, ...unfinished } : where,
            select: { id: true },
            orderBy: { createdAt: "desc" },
            take,
          }),
      }),
    resolve: (event) => event,
  }),
);
