import type { Prisma } from "../../generated/prisma/client.ts";
import { builder } from "../../graphql/builder.ts";
import { ChangedEvent } from "../../graphql/changed-event.ts";
import type { Context, Viewer } from "../../graphql/context.ts";
import { openEventStream, type StreamedEvent } from "../../graphql/event-stream.ts";
import { rowIds } from "../../graphql/ids.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import { requireMember } from "../../workspaces/require-member.ts";
import { imageTopic } from "../image-status.ts";

/** Most unfinished images shown when a whole workspace is watched. */
const snapshotSize = 100;

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
          where: { id: entityId, workspace: { members: { some: { userId: viewer?.userId ?? "" } } } },
        }),
    }),
  }),
});

builder.subscriptionField("imageChanged", (t) =>
  t.withAuth({ signedIn: true }).field({
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
    subscribe: (_root, { filter, after }, context) => watchImages(context, filter, after),
    resolve: (event) => event,
  }),
);

async function watchImages(
  { services, viewer }: Context & { viewer: Viewer },
  filter: typeof ImageChangedFilter.$inferInput | null | undefined,
  after: string | null | undefined,
) {
  const workspaceId = workspaceOf(viewer, filter?.workspaceId);
  await requireMember(services.db, { userId: viewer.userId, workspaceId, permission: "workspace:read" });
  const entityIds = filter?.imageIds
    ? rowIds("Image", filter.imageIds.slice(0, snapshotSize), ["filter", "imageIds"])
    : undefined;
  const snapshot = async () => {
    const unfinished: Prisma.ImageWhereInput = { status: { in: ["PENDING", "GENERATING"] } };
    const where = { workspaceId, ...(entityIds === undefined ? unfinished : { id: { in: entityIds } }) };
    const images = await services.db.image.findMany({
      where,
      select: { id: true },
      orderBy: { createdAt: "desc" },
      take: snapshotSize,
    });
    return images.map((image) => image.id);
  };
  return openEventStream(services, {
    typename: "Image",
    filter: { workspaceIds: [workspaceId], topic: imageTopic, entityIds },
    after,
    snapshot,
  });
}
