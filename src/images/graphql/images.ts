import { z } from "zod";
import { builder } from "../../graphql/builder.ts";
import { createdOrderEnum, createdOrders } from "../../graphql/created-order.ts";
import { rowId } from "../../graphql/ids.ts";
import { keysetConnection } from "../../graphql/keyset.ts";
import { nodeSelection } from "../../graphql/node-selection.ts";
import { requireViewer } from "../../graphql/require-viewer.ts";
import { visibleTo } from "../../graphql/visible-to.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import { BadUserInputError } from "../../infra/errors.ts";
import { ImageStatusEnum, ImageType, ReviewStateEnum } from "./image.ts";

const ImageFilter = builder.inputType("ImageFilter", {
  description: "Which images; all conditions hold together.",
  fields: (t) => ({
    status: t.field({ type: [ImageStatusEnum], description: "Only in one of these states." }),
    reviewState: t.field({ type: [ReviewStateEnum], description: "Only with one of these decisions." }),
    batchId: t.string({ description: "Only those asked for together; see `GenerateImagesSuccess.batchId`." }),
  }),
});

const ImageOrder = createdOrderEnum("ImageOrder", "images");

const ImageConnection = builder.connectionObject(
  { type: ImageType, name: "ImageConnection", description: "A page of images." },
  { name: "ImageEdge", description: "An image in its list." },
);

builder.queryField("image", (t) =>
  t.withAuth({ may: "images:read" }).prismaField({
    type: ImageType,
    nullable: true,
    description: "One image by its id; null where there is none, or none that you can see.",
    args: { id: t.arg.id({ required: true, description: "The image's id." }) },
    resolve: (query, _root, { id }, { services, viewer }) =>
      services.db.image.findFirst({ ...query, where: { id: rowId("Image", id, ["id"]), ...visibleTo(viewer) } }),
  }),
);

builder.queryField("images", (t) =>
  t.connection(
    {
      type: ImageType,
      nullable: true,
      description: "The images of a workspace.",
      authScopes: { may: "images:read" },
      args: {
        workspaceId: t.arg.id({ description: "Default: your personal workspace." }),
        filter: t.arg({ type: ImageFilter, description: "Which images; all of them by default." }),
        orderBy: t.arg({
          type: ImageOrder,
          required: true,
          defaultValue: "CREATED_DESC",
          description: "How they are ordered.",
        }),
      },
      resolve: (_root, { workspaceId, filter, orderBy, ...args }, context, info) => {
        const { db } = context.services;
        const viewer = requireViewer(context);
        const where = {
          workspaceId: workspaceOf(viewer, workspaceId),
          ...visibleTo(viewer),
          ...imageConditions(filter),
        };
        return keysetConnection(
          { order: createdOrders[orderBy], args },
          (page) =>
            db.image.findMany({ ...nodeSelection(context, info), ...page, where: { AND: [where, page.where] } }),
          (take) => db.image.count({ where, take }),
        );
      },
    },
    ImageConnection,
  ),
);

function imageConditions(filter: typeof ImageFilter.$inferInput | null | undefined) {
  const { status, reviewState, batchId } = filter ?? {};
  if (batchId && !z.uuid().safeParse(batchId).success) {
    throw new BadUserInputError("`batchId` is no batch. Pass the `batchId` of a `GenerateImagesSuccess`.");
  }
  return {
    ...(status && { status: { in: status } }),
    ...(reviewState && { reviewState: { in: reviewState } }),
    ...(batchId && { batchId }),
  };
}
