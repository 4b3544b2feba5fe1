import { builder } from "../../graphql/builder.ts";
import { ChangedEvent } from "../../graphql/changed-event.ts";
import type { StreamedEvent } from "../../graphql/event-queue.ts";
import { openEventStream } from "../../graphql/event-stream.ts";
import { requireViewer } from "../../graphql/require-viewer.ts";
import { notificationTopic } from "../notification-events.ts";
import { ownNotifications } from "../own-notifications.ts";
import { NotificationType } from "./notification.ts";

/** Unread notifications that are shown first. */
const mostShown = 100;

const NotificationReceivedEvent = builder.objectRef<StreamedEvent>("NotificationReceivedEvent").implement({
  description: "You are told something, what you were told grew, or you marked it as read, here or elsewhere.",
  interfaces: [ChangedEvent],
  isTypeOf: () => true,
  fields: (t) => ({
    notification: t.prismaField({
      type: NotificationType,
      nullable: true,
      description: "The notification as it is now; null when it is gone.",
      resolve: (query, { entityId }, _args, context) =>
        context.services.db.notification.findFirst({
          ...query,
          where: { id: entityId, AND: [ownNotifications(requireViewer(context))] },
        }),
    }),
  }),
});

builder.subscriptionField("notificationReceived", (t) =>
  t.withAuth({ person: true }).field({
    type: NotificationReceivedEvent,
    description:
      "What you are told, as it happens: what you have not read yet first, the oldest before the newest, then every change.",
    args: {
      after: t.arg({
        type: "Cursor",
        description: "Resume behind this event: everything missed once and in order, then live.",
      }),
    },
    subscribe: (_root, { after }, { services, viewer, lastEventId }) =>
      openEventStream(services, {
        ...{
          typename: "Notification",
          after: lastEventId ?? after,
          filter: { workspaceIds: [viewer.userId], topic: notificationTopic },
        },
        snapshot: async () => {
          const unread = await services.db.notification.findMany({
            ...{ where: { ...ownNotifications(viewer), readAt: null }, select: { id: true }, take: mostShown },
            orderBy: [{ lastAt: "desc" }, { id: "desc" }],
          });
          return unread.map(({ id }) => id).toReversed();
        },
      }),
    resolve: (event) => event,
  }),
);
