import type { Prisma } from "../../generated/prisma/client.ts";
import { builder } from "../../graphql/builder.ts";
import { keysetConnection } from "../../graphql/keyset.ts";
import { nodeSelection } from "../../graphql/node-selection.ts";
import { requireViewer } from "../../graphql/require-viewer.ts";
import { ownNotifications } from "../own-notifications.ts";
import { NotificationKindEnum, NotificationType } from "./notification.ts";

const NotificationFilter = builder.inputType("NotificationFilter", {
  description: "Which notifications.",
  fields: (t) => ({
    unread: t.boolean({ description: "True: only what is not read; false: only what is. Default: both." }),
    kinds: t.field({ type: [NotificationKindEnum], description: "Only of these kinds. Default: all." }),
  }),
});

const NotificationConnection = builder.connectionObject(
  { type: NotificationType, name: "NotificationConnection", description: "A page of notifications." },
  { name: "NotificationEdge", description: "A notification in its list." },
);

builder.queryField("notifications", (t) =>
  t.connection(
    {
      type: NotificationType,
      nullable: true,
      description: "What you are told, what grew last first. Kept for 90 days.",
      authScopes: { person: true },
      args: { filter: t.arg({ type: NotificationFilter, description: "Which ones. Default: all." }) },
      resolve: (_root, { filter, ...args }, context, info) => {
        const { db } = context.services;
        const { unread, kinds } = filter ?? {};
        const where: Prisma.NotificationWhereInput = {
          ...ownNotifications(requireViewer(context)),
          ...(typeof unread === "boolean" && { readAt: unread ? null : { not: null } }),
          ...(kinds && { kind: { in: [...kinds] } }),
        };
        return keysetConnection(
          { order: { field: "lastAt", direction: "desc" }, args },
          (page) =>
            db.notification.findMany({ ...nodeSelection(context, info), ...page, where: { AND: [where, page.where] } }),
          (take) => db.notification.count({ where, take }),
        );
      },
    },
    NotificationConnection,
  ),
);

/** Beyond this nobody counts. */
const mostCounted = 1_000;

builder.queryField("unreadNotificationCount", (t) =>
  t.withAuth({ person: true }).int({
    nullable: true,
    description: "How many notifications you have not read; 1,000 stands for more as well.",
    resolve: (_root, _args, { services, viewer }) =>
      services.db.notification.count({ where: { ...ownNotifications(viewer), readAt: null }, take: mostCounted }),
  }),
);
