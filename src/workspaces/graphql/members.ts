import { builder } from "../../graphql/builder.ts";
import { relatedConnection } from "../../graphql/related-connection.ts";
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

const membersOf = relatedConnection({
  order: { field: "joinedAt", direction: "asc" },
  load: async ({ services: { db }, viewer }, parentIds, page) => {
    const members = { ...page, where: { AND: [visibleTo(viewer), page.where] } };
    const workspaces = await db.workspace.findMany({ where: { id: { in: parentIds } }, select: { id: true, members } });
    return workspaces.map(({ id, members: rows }) => ({ id, rows }));
  },
  count: async ({ services: { db }, viewer }, parentIds) => {
    const select = { id: true, _count: { select: { members: { where: visibleTo(viewer) } } } } as const;
    const workspaces = await db.workspace.findMany({ where: { id: { in: parentIds } }, select });
    return workspaces.map(({ id, _count }) => ({ id, rows: _count.members }));
  },
});

builder.prismaObjectField("Workspace", "members", (t) =>
  t.connection(
    {
      type: MemberType,
      nullable: true,
      description: "Its members, in the order in which they joined.",
      authScopes: { may: "members:read" },
      resolve: ({ id }, args, context, info) => membersOf(id, args, context, info),
    },
    MemberConnection,
  ),
);
