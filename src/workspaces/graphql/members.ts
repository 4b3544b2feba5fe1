import { builder } from "../../graphql/builder.ts";
import { keysetConnection } from "../../graphql/keyset.ts";
import { nodeSelection } from "../../graphql/node-selection.ts";
import { visibleTo } from "../../graphql/visible-to.ts";
import { RoleEnum } from "./workspace.ts";

/** The Member type. */
export const MemberType = builder.prismaNode("Member", {
  nullable: true,
  id: { field: "id", description: "The membership's id." },
  description: "Somebody's membership of a workspace.",
  findUnique: (id, { viewer }) => ({ id, AND: [visibleTo(viewer)] }),
  authScopes: { may: "members:read" },
  runScopesOnType: true,
  fields: (t) => ({
    role: t.expose("role", { type: RoleEnum, description: "What they may do in it." }),
    joinedAt: t.expose("joinedAt", { type: "DateTime", description: "Since when." }),
    user: t.relation("user", { description: "Who it is." }),
    workspace: t.relation("workspace", { description: "Of which workspace." }),
  }),
});

const MemberConnection = builder.connectionObject(
  { type: MemberType, name: "MemberConnection", description: "A page of members." },
  { name: "MemberEdge", description: "A member in their list." },
);

builder.prismaObjectField("Workspace", "members", (t) =>
  t.connection(
    {
      type: MemberType,
      nullable: true,
      description: "Its members, in the order in which they joined.",
      authScopes: { may: "members:read" },
      resolve: ({ id: workspaceId }, args, context, info) => {
        const { db } = context.services;
        const where = { workspaceId, ...visibleTo(context.viewer) };
        return keysetConnection(
          { order: { field: "joinedAt", direction: "asc" }, args },
          (page) =>
            db.member.findMany({ ...nodeSelection(context, info), ...page, where: { AND: [where, page.where] } }),
          (take) => db.member.count({ where, take }),
        );
      },
    },
    MemberConnection,
  ),
);
