import { builder } from "../../graphql/builder.ts";
import { rowId } from "../../graphql/ids.ts";
import { keysetConnection } from "../../graphql/keyset.ts";
import { nodeSelection } from "../../graphql/node-selection.ts";
import { requireViewer } from "../../graphql/require-viewer.ts";
import { visibleTo } from "../../graphql/visible-to.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import type { Db } from "../../infra/db.ts";
import { BadUserInputError } from "../../infra/errors.ts";
import { searchImages } from "../search-images.ts";
import { ImageType } from "./image.ts";
import { ImageFilter, ImageOrder, imageConditions, imageOrders, orderConditions } from "./image-filter.ts";

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
      description:
        "The images of a workspace. One SQL statement; with a text one more, and one more where a page by rating or title is read in two ranges.",
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
      resolve: async (_root, { workspaceId, filter, orderBy, ...args }, context, info) => {
        const { db } = context.services;
        const viewer = requireViewer(context);
        const workspace = workspaceOf(viewer, workspaceId);
        const found = await findByText(db, workspace, filter?.text ?? "");
        const where = {
          AND: [
            { workspaceId: workspace, ...visibleTo(viewer) },
            imageConditions(filter ?? {}),
            orderConditions(orderBy),
            ...(found === null ? [] : [{ id: { in: found.ids } }]),
          ],
        };
        return keysetConnection(
          { order: imageOrders[orderBy], args },
          (page) =>
            db.image.findMany({ ...nodeSelection(context, info), ...page, where: { AND: [where, page.where] } }),
          // Nobody knows how many there are where a search was cut.
          (take) => (found?.cut === true ? Promise.resolve(take) : db.image.count({ where, take })),
        );
      },
    },
    ImageConnection,
  ),
);

const longestText = 500;

/** The images that a text finds; null without one. */
async function findByText(db: Db, workspaceId: string, text: string) {
  if (text.trim() === "") return null;
  if (text.length <= longestText) return searchImages(db, { workspaceId, text });
  throw new BadUserInputError(`\`text\` is longer than ${longestText} characters. Search for fewer words.`);
}
