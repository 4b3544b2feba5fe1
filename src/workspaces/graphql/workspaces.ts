import { builder } from "../../graphql/builder.ts";
import { createdOrderEnum, createdOrders } from "../../graphql/created-order.ts";
import { rowId } from "../../graphql/ids.ts";
import { keysetConnection } from "../../graphql/keyset.ts";
import { nodeSelection } from "../../graphql/node-selection.ts";
import { requireViewer } from "../../graphql/require-viewer.ts";
import { memberOf } from "../../graphql/visible-to.ts";
import { WorkspaceType } from "./workspace.ts";

const WorkspaceOrder = createdOrderEnum("WorkspaceOrder", "workspaces");

const WorkspaceConnection = builder.connectionObject(
  { type: WorkspaceType, name: "WorkspaceConnection", description: "A page of workspaces." },
  { name: "WorkspaceEdge", description: "A workspace in its list." },
);

builder.queryField("workspace", (t) =>
  t.withAuth({ may: "workspace:read" }).prismaField({
    type: WorkspaceType,
    nullable: true,
    description: "One workspace by its id; null where there is none, or none that you are a member of.",
    args: { id: t.arg.id({ required: true, description: "The workspace's id." }) },
    resolve: (query, _root, { id }, { services, viewer }) =>
      services.db.workspace.findFirst({
        ...query,
        where: { id: rowId("Workspace", id, ["id"]), AND: [memberOf(viewer)] },
      }),
  }),
);

builder.queryField("workspaces", (t) =>
  t.connection(
    {
      type: WorkspaceType,
      nullable: true,
      description: "The workspaces that you are a member of.",
      authScopes: { may: "workspace:read" },
      args: {
        orderBy: t.arg({
          type: WorkspaceOrder,
          required: true,
          defaultValue: "CREATED_ASC",
          description: "How they are ordered.",
        }),
      },
      resolve: (_root, { orderBy, ...args }, context, info) => {
        const { db } = context.services;
        const where = memberOf(requireViewer(context));
        return keysetConnection(
          { order: createdOrders[orderBy], args },
          (page) =>
            db.workspace.findMany({ ...nodeSelection(context, info), ...page, where: { AND: [where, page.where] } }),
          (take) => db.workspace.count({ where, take }),
        );
      },
    },
    WorkspaceConnection,
  ),
);
