import { builder } from "../../graphql/builder.ts";
import { ChangedEvent } from "../../graphql/changed-event.ts";
import type { StreamedEvent } from "../../graphql/event-queue.ts";
import { memberOf } from "../../graphql/visible-to.ts";
import { workspaceTopic } from "../record-workspace-change.ts";
import { watchWorkspace } from "../watch-workspace.ts";
import { WorkspaceType } from "./workspace.ts";

const WorkspaceChangedFilter = builder.inputType("WorkspaceChangedFilter", {
  description: "Which workspace to watch.",
  fields: (t) => ({ workspaceId: t.id({ description: "Default: your personal workspace." }) }),
});

const WorkspaceChangedEvent = builder.objectRef<StreamedEvent>("WorkspaceChangedEvent").implement({
  description: "A workspace's settings, members or invitations changed.",
  interfaces: [ChangedEvent],
  isTypeOf: () => true,
  fields: (t) => ({
    workspace: t.prismaField({
      type: WorkspaceType,
      nullable: true,
      description: "The workspace as it is now; null when it is gone.",
      resolve: (query, { entityId }, _args, { services, viewer }) =>
        services.db.workspace.findFirst({ ...query, where: { id: entityId, AND: [memberOf(viewer)] } }),
    }),
  }),
});

builder.subscriptionField("workspaceChanged", (t) =>
  t.withAuth({ may: "workspace:read" }).field({
    type: WorkspaceChangedEvent,
    description:
      "A workspace as its settings, members and invitations change: the current state first, then every change.",
    args: {
      filter: t.arg({ type: WorkspaceChangedFilter, description: "Which workspace; your personal one by default." }),
      after: t.arg({
        type: "Cursor",
        description: "Resume behind this event: everything missed once and in order, then live.",
      }),
    },
    subscribe: (_root, { filter, after }, context) =>
      watchWorkspace(context, {
        ...{ typename: "Workspace", topic: workspaceTopic, permission: "workspace:read", after },
        ...{ workspaceId: filter?.workspaceId, only: { argument: "workspaceId", ids: null } },
        snapshot: ({ where }) => Promise.resolve([{ id: where.workspaceId }]),
      }),
    resolve: (event) => event,
  }),
);
