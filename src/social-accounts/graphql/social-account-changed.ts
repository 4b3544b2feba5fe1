import { builder } from "../../graphql/builder.ts";
import { ChangedEvent } from "../../graphql/changed-event.ts";
import type { StreamedEvent } from "../../graphql/event-queue.ts";
import { visibleTo } from "../../graphql/visible-to.ts";
import { watchWorkspace } from "../../workspaces/watch-workspace.ts";
import { socialAccountTopic } from "../account-state.ts";

const SocialAccountChangedFilter = builder.inputType("SocialAccountChangedFilter", {
  description: "Which accounts to watch.",
  fields: (t) => ({
    workspaceId: t.id({ description: "Default: your personal workspace." }),
    socialAccountIds: t.idList({ description: "Only these; at most 100. Default: all of the workspace." }),
  }),
});

const SocialAccountChangedEvent = builder.objectRef<StreamedEvent>("SocialAccountChangedEvent").implement({
  description: "A social account changed.",
  interfaces: [ChangedEvent],
  isTypeOf: () => true,
  fields: (t) => ({
    socialAccount: t.prismaField({
      type: "SocialAccount",
      nullable: true,
      description: "The account as it is now; null when it is gone or you can no longer see it.",
      resolve: (query, { entityId }, _args, { services, viewer }) =>
        services.db.socialAccount.findFirst({ ...query, where: { id: entityId, ...visibleTo(viewer) } }),
    }),
  }),
});

builder.subscriptionField("socialAccountChanged", (t) =>
  t.withAuth({ may: "social-accounts:read" }).field({
    type: SocialAccountChangedEvent,
    description:
      "Social accounts as they change: the current state first (of the named accounts, or of all that are connected), then every change, such as access that ended.",
    args: {
      filter: t.arg({
        type: SocialAccountChangedFilter,
        description: "Which accounts; all of your personal workspace by default.",
      }),
      after: t.arg({
        type: "Cursor",
        description: "Resume behind this event: everything missed once and in order, then live.",
      }),
    },
    subscribe: (_root, { filter, after }, context) =>
      watchWorkspace(context, {
        ...{ typename: "SocialAccount", topic: socialAccountTopic, permission: "social-accounts:read" },
        ...{ workspaceId: filter?.workspaceId, after },
        only: { argument: "socialAccountIds", ids: filter?.socialAccountIds },
        snapshot: ({ where, take }) =>
          context.services.db.socialAccount.findMany({
            where: where.id === undefined ? { ...where, state: { not: "DISCONNECTED" } } : where,
            select: { id: true },
            orderBy: { createdAt: "desc" },
            take,
          }),
      }),
    resolve: (event) => event,
  }),
);
