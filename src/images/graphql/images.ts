import { builder } from "../../graphql/builder.ts";
import { type KeysetOrder, keysetConnection } from "../../graphql/keyset.ts";
import { nodeSelection } from "../../graphql/node-selection.ts";
import { requireViewer } from "../../graphql/require-viewer.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import { ImageStatusEnum, ImageType, ReviewStateEnum } from "./image.ts";

const ImageFilter = builder.inputType("ImageFilter", {
  description: "Which images; all conditions hold together.",
  fields: (t) => ({
    status: t.field({ type: [ImageStatusEnum], description: "Only in one of these states." }),
    reviewState: t.field({ type: [ReviewStateEnum], description: "Only with one of these decisions." }),
    batchId: t.string({ description: "Only those asked for together; see `GenerateImagesSuccess.batchId`." }),
  }),
});

const orders = {
  CREATED_DESC: { field: "createdAt", direction: "desc" },
  CREATED_ASC: { field: "createdAt", direction: "asc" },
} as const satisfies Record<string, KeysetOrder<"createdAt">>;

const ImageOrder = builder.enumType("ImageOrder", {
  description: "How images are ordered.",
  values: {
    CREATED_DESC: { description: "The newest first." },
    CREATED_ASC: { description: "The oldest first." },
  } as const,
});

const ImageConnection = builder.connectionObject(
  {
    type: ImageType,
    name: "ImageConnection",
    description: "A page of images.",
    fields: (t) => ({
      totalCount: t.int({
        nullable: true,
        description: "How many match; null beyond 10,000.",
        resolve: (connection) => connection.totalCount(),
      }),
    }),
  },
  { name: "ImageEdge", description: "An image in its list." },
);

builder.queryField("images", (t) =>
  t.connection(
    {
      type: ImageType,
      description: "The images of a workspace.",
      authScopes: { signedIn: true },
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
          workspace: { members: { some: { userId: viewer.userId } } },
          ...imageConditions(filter),
        };
        return keysetConnection(
          { order: orders[orderBy], args },
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
  return {
    ...(filter?.status && { status: { in: filter.status } }),
    ...(filter?.reviewState && { reviewState: { in: filter.reviewState } }),
    ...(filter?.batchId && { batchId: filter.batchId }),
  };
}
