import { builder } from "../../graphql/builder.ts";
import { type KeysetOrder, keysetConnection } from "../../graphql/keyset.ts";
import { nodeSelection } from "../../graphql/node-selection.ts";
import { requireViewer } from "../../graphql/require-viewer.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import { PostType } from "./post.ts";

const orders = {
  CREATED_DESC: { field: "createdAt", direction: "desc" },
  CREATED_ASC: { field: "createdAt", direction: "asc" },
} as const satisfies Record<string, KeysetOrder<"createdAt">>;

const PostOrder = builder.enumType("PostOrder", {
  description: "How posts are ordered.",
  values: {
    CREATED_DESC: { description: "The newest first." },
    CREATED_ASC: { description: "The oldest first." },
  } as const,
});

const PostConnection = builder.connectionObject(
  {
    type: PostType,
    name: "PostConnection",
    description: "A page of posts.",
    fields: (t) => ({
      totalCount: t.int({
        nullable: true,
        description: "How many there are; null beyond 10,000.",
        resolve: (connection) => connection.totalCount(),
      }),
    }),
  },
  { name: "PostEdge", description: "A post in its list." },
);

builder.queryField("posts", (t) =>
  t.connection(
    {
      type: PostType,
      description: "The posts of a workspace.",
      authScopes: { signedIn: true },
      args: {
        workspaceId: t.arg.id({ description: "Default: your personal workspace." }),
        orderBy: t.arg({
          type: PostOrder,
          required: true,
          defaultValue: "CREATED_DESC",
          description: "How they are ordered.",
        }),
      },
      resolve: (_root, { workspaceId, orderBy, ...args }, context, info) => {
        const { db } = context.services;
        const viewer = requireViewer(context);
        const where = {
          workspaceId: workspaceOf(viewer, workspaceId),
          workspace: { members: { some: { userId: viewer.userId } } },
        };
        return keysetConnection(
          { order: orders[orderBy], args },
          (page) => db.post.findMany({ ...nodeSelection(context, info), ...page, where: { AND: [where, page.where] } }),
          (take) => db.post.count({ where, take }),
        );
      },
    },
    PostConnection,
  ),
);
