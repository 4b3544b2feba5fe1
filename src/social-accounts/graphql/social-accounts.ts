import { builder } from "../../graphql/builder.ts";
import { createdOrders } from "../../graphql/created-order.ts";
import { rowId } from "../../graphql/ids.ts";
import { keysetConnection } from "../../graphql/keyset.ts";
import { nodeSelection } from "../../graphql/node-selection.ts";
import { requireViewer } from "../../graphql/require-viewer.ts";
import { visibleTo } from "../../graphql/visible-to.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import { PlatformEnum, SocialAccountStateEnum } from "./enums.ts";
import { SocialAccountType } from "./social-account.ts";

const SocialAccountConnection = builder.connectionObject(
  { type: SocialAccountType, name: "SocialAccountConnection", description: "A page of social accounts." },
  { name: "SocialAccountEdge", description: "A social account in its list." },
);

const SocialAccountFilter = builder.inputType("SocialAccountFilter", {
  description: "Which accounts; all conditions hold together.",
  fields: (t) => ({
    platform: t.field({ type: [PlatformEnum], description: "Only on one of these platforms." }),
    state: t.field({
      type: [SocialAccountStateEnum],
      description: "Only in one of these states. Default: all but DISCONNECTED.",
    }),
  }),
});

builder.queryField("socialAccount", (t) =>
  t.withAuth({ may: "social-accounts:read" }).prismaField({
    type: SocialAccountType,
    nullable: true,
    description: "One account by its id; null where there is none, or none that you can see.",
    args: { id: t.arg.id({ required: true, description: "The account's id." }) },
    resolve: (query, _root, { id }, { services, viewer }) =>
      services.db.socialAccount.findFirst({
        ...query,
        where: { id: rowId("SocialAccount", id, ["id"]), ...visibleTo(viewer) },
      }),
  }),
);

builder.queryField("socialAccounts", (t) =>
  t.connection(
    {
      type: SocialAccountType,
      nullable: true,
      description: "The accounts of a workspace, the newest first.",
      authScopes: { may: "social-accounts:read" },
      args: {
        workspaceId: t.arg.id({ description: "Default: your personal workspace." }),
        filter: t.arg({ type: SocialAccountFilter, description: "Which ones. Default: all that are connected." }),
      },
      resolve: (_root, { workspaceId, filter, ...args }, context, info) => {
        const { db } = context.services;
        const viewer = requireViewer(context);
        const where = {
          workspaceId: workspaceOf(viewer, workspaceId),
          ...visibleTo(viewer),
          ...(filter?.platform && { platform: { in: filter.platform } }),
          state: filter?.state ? { in: filter.state } : { not: "DISCONNECTED" as const },
        };
        return keysetConnection(
          { order: createdOrders.CREATED_DESC, args },
          (page) =>
            db.socialAccount.findMany({
              ...nodeSelection(context, info),
              ...page,
              where: { AND: [where, page.where] },
            }),
          (take) => db.socialAccount.count({ where, take }),
        );
      },
    },
    SocialAccountConnection,
  ),
);
