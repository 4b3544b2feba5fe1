import { builder } from "../../graphql/builder.ts";
import { rowIds } from "../../graphql/ids.ts";
import { requireViewer } from "../../graphql/require-viewer.ts";
import { ForbiddenError, NotFoundError, ValidationError } from "../../infra/errors.ts";
import { markNotificationsRead } from "../mark-notifications-read.ts";
import { ownNotifications } from "../own-notifications.ts";

const MarkNotificationsReadInput = builder.inputType("MarkNotificationsReadInput", {
  description: "Which notifications to mark as read.",
  isOneOf: true,
  fields: (t) => ({
    ids: t.idList({ description: "These; 1 to 100 of them." }),
    before: t.field({ type: "DateTime", description: "All that last grew up to this moment, however many." }),
  }),
});

const MarkNotificationsReadSuccess = builder.objectRef<{ marked: number }>("MarkNotificationsReadSuccess").implement({
  description: "They are read.",
  isTypeOf: () => true,
  fields: (t) => ({
    marked: t.exposeInt("marked", { description: "How many of them were not read before." }),
    unreadNotificationCount: t.int({
      description: "How many are not read now; 1,000 stands for more as well.",
      resolve: (_marked, _args, context) =>
        context.services.db.notification.count({
          where: { ...ownNotifications(requireViewer(context)), readAt: null },
          take: 1_000,
        }),
    }),
  }),
});

builder.mutationField("markNotificationsRead", (t) =>
  t.withAuth({ person: true }).field({
    type: MarkNotificationsReadSuccess,
    nullable: true,
    description: "Marks notifications as read, named ones or all up to a moment. Marking twice is no fault.",
    args: { input: t.arg({ type: MarkNotificationsReadInput, required: true, description: "Which ones." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError] },
    resolve: (_root, { input: { ids, before } }, { services, viewer }) =>
      markNotificationsRead(
        services,
        viewer,
        before instanceof Date ? { before } : { ids: rowIds("Notification", ids ?? [], ["ids"]) },
      ),
  }),
);
