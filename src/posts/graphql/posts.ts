import { builder } from "../../graphql/builder.ts";
import { rowId } from "../../graphql/ids.ts";
import { keysetConnection } from "../../graphql/keyset.ts";
import { nodeSelection } from "../../graphql/node-selection.ts";
import { requireViewer } from "../../graphql/require-viewer.ts";
import { visibleTo } from "../../graphql/visible-to.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import { PostType } from "./post.ts";
import { PostFilter, PostOrder, postConditions, postOrderConditions, postOrders } from "./post-filter.ts";

const PostConnection = builder.connectionObject(
  { type: PostType, name: "PostConnection", description: "A page of posts." },
  { name: "PostEdge", description: "A post in its list." },
);

builder.queryField("post", (t) =>
  t.withAuth({ may: "posts:read" }).prismaField({
    type: PostType,
    nullable: true,
    description: "One post by its id; null where there is none, or none that you can see.",
    args: { id: t.arg.id({ required: true, description: "The post's id." }) },
    resolve: (query, _root, { id }, { services, viewer }) =>
      services.db.post.findFirst({ ...query, where: { id: rowId("Post", id, ["id"]), ...visibleTo(viewer) } }),
  }),
);

builder.queryField("posts", (t) =>
  t.connection(
    {
      type: PostType,
      nullable: true,
      description: "The posts of a workspace.",
      authScopes: { may: "posts:read" },
      args: {
        workspaceId: t.arg.id({ description: "Default: your personal workspace." }),
        filter: t.arg({ type: PostFilter, description: "Which posts; all of them by default." }),
        orderBy: t.arg({
          type: PostOrder,
          required: true,
          defaultValue: "CREATED_DESC",
          description: "How they are ordered.",
        }),
      },
      resolve: (_root, { workspaceId, filter, orderBy, ...args }, context, info) => {
        const { db } = context.services;
        const viewer = requireViewer(context);
        const where = {
          AND: [
            { workspaceId: workspaceOf(viewer, workspaceId), ...visibleTo(viewer) },
            postConditions(filter ?? {}),
            postOrderConditions(orderBy),
          ],
        };
        return keysetConnection(
          { order: postOrders[orderBy], args },
          (page) => db.post.findMany({ ...nodeSelection(context, info), ...page, where: { AND: [where, page.where] } }),
          (take) => db.post.count({ where, take }),
        );
      },
    },
    PostConnection,
  ),
);
