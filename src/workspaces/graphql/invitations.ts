import { builder } from "../../graphql/builder.ts";
import { createdOrders } from "../../graphql/created-order.ts";
import { onceEach } from "../../graphql/once-each.ts";
import { relatedConnection } from "../../graphql/related-connection.ts";
import { requireViewer } from "../../graphql/require-viewer.ts";
import { visibleTo } from "../../graphql/visible-to.ts";
import { type InvitationPreview, previewInvitation } from "../preview-invitation.ts";
import { requireMember } from "../require-member.ts";
import { RoleEnum } from "./workspace.ts";

const InvitationStatusEnum = builder.enumType("InvitationStatus", {
  description: "Whether an invitation can be accepted.",
  values: {
    OPEN: { description: "It can." },
    ACCEPTED: { description: "It was." },
    REVOKED: { description: "It was taken back." },
    EXPIRED: { description: "It has run out. Invite the address again for a new link." },
  } as const,
});

/** The Invitation type. */
export const InvitationType = builder.prismaNode("Invitation", {
  nullable: true,
  id: { field: "id", description: "The invitation's id." },
  description: "An offer of membership, mailed to an address. Owners see it.",
  findUnique: (id, { viewer }) => ({ id, AND: [visibleTo(viewer, "workspace:admin")] }),
  authScopes: { may: "workspace:admin" },
  runScopesOnType: true,
  fields: (t) => ({
    email: t.exposeString("email", { description: "The invited address." }),
    role: t.expose("role", { type: RoleEnum, description: "The role they will have." }),
    status: t.field({
      type: InvitationStatusEnum,
      description: "Whether it can be accepted.",
      select: { acceptedAt: true, revokedAt: true, expiresAt: true },
      resolve: ({ acceptedAt, revokedAt, expiresAt }, _args, { services }) => {
        if (acceptedAt !== null) return "ACCEPTED";
        if (revokedAt !== null) return "REVOKED";
        return expiresAt > services.clock.now() ? "OPEN" : "EXPIRED";
      },
    }),
    invitedBy: t.relation("invitedBy", {
      nullable: true,
      description: "Who invited them; null when their account is gone.",
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When the address was first invited." }),
    expiresAt: t.expose("expiresAt", { type: "DateTime", description: "Until when it can be accepted." }),
    workspace: t.relation("workspace", { description: "Into which workspace." }),
  }),
});

const InvitationConnection = builder.connectionObject(
  { type: InvitationType, name: "InvitationConnection", description: "A page of invitations." },
  { name: "InvitationEdge", description: "An invitation in its list." },
);

const invitationsOf = relatedConnection({
  order: createdOrders.CREATED_DESC,
  load: async ({ services: { db }, viewer }, parentIds, page) => {
    const invitations = { ...page, where: { AND: [visibleTo(viewer, "workspace:admin"), page.where] } };
    const select = { id: true, invitations };
    const workspaces = await db.workspace.findMany({ where: { id: { in: parentIds } }, select });
    return workspaces.map(({ id, invitations: rows }) => ({ id, rows }));
  },
  count: async ({ services: { db }, viewer }, parentIds) => {
    const where = visibleTo(viewer, "workspace:admin");
    const select = { id: true, _count: { select: { invitations: { where } } } } as const;
    const workspaces = await db.workspace.findMany({ where: { id: { in: parentIds } }, select });
    return workspaces.map(({ id, _count }) => ({ id, rows: _count.invitations }));
  },
});

const mayAdminister = onceEach<unknown>();

builder.prismaObjectField("Workspace", "invitations", (t) =>
  t.connection(
    {
      type: InvitationType,
      nullable: true,
      description: "Its invitations, the newest first. Takes an owner.",
      authScopes: { may: "workspace:admin" },
      resolve: async ({ id: workspaceId }, args, context, info) => {
        const viewer = requireViewer(context);
        await mayAdminister(info, workspaceId, () =>
          requireMember(context.services.db, viewer, { workspaceId, permission: "workspace:admin" }),
        );
        return invitationsOf(workspaceId, args, context, info);
      },
    },
    InvitationConnection,
  ),
);

const InvitationPreviewType = builder.objectRef<InvitationPreview>("InvitationPreview").implement({
  description: "What somebody who was invited sees before they accept.",
  fields: (t) => ({
    workspaceName: t.exposeString("workspaceName", { description: "Into which workspace." }),
    inviterName: t.exposeString("inviterName", {
      nullable: true,
      description: "Who invited them; null when their account is gone.",
    }),
    role: t.expose("role", { type: RoleEnum, description: "The role they will have." }),
    maskedEmail: t.exposeString("maskedEmail", {
      description: "The invited address, recognisable to those who know it.",
    }),
    expiresAt: t.expose("expiresAt", { type: "DateTime", description: "Until when it can be accepted." }),
  }),
});

builder.queryField("invitation", (t) =>
  t.field({
    type: InvitationPreviewType,
    nullable: true,
    description:
      "An invitation by the secret of its link; needs no sign-in. Null for one that was accepted, has run out, was taken back or never was.",
    args: { token: t.arg.string({ required: true, description: "What stands behind `#token=` in the link." }) },
    resolve: (_root, { token }, { services }) => previewInvitation(services, token),
  }),
);
