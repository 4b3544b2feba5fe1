import { builder } from "../../graphql/builder.ts";
import { rowId } from "../../graphql/ids.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import {
  ConflictError,
  ForbiddenError,
  NotFoundError,
  TooManyAttemptsError,
  ValidationError,
  VersionConflictError,
} from "../../infra/errors.ts";
import { createWorkspace } from "../create-workspace.ts";
import { leaveWorkspace } from "../leave-workspace.ts";
import { updateWorkspace } from "../update-workspace.ts";
import { PostApprovalPolicyEnum, ReviewPolicyEnum, WorkspaceType } from "./workspace.ts";

/** The field of a success that carries the workspace it changed. */
export const changedWorkspace = builder.interfaceRef<{ readonly workspaceId: string }>("ChangedWorkspace").implement({
  description: "Carries the workspace it changed.",
  fields: (t) => ({
    workspace: t.prismaField({
      type: WorkspaceType,
      description: "The workspace, as it is now.",
      resolve: (query, { workspaceId }, _args, { services }) =>
        services.db.workspace.findUniqueOrThrow({ ...query, where: { id: workspaceId } }),
    }),
  }),
});

const CreateWorkspaceInput = builder.inputType("CreateWorkspaceInput", {
  description: "A workspace to make.",
  fields: (t) => ({
    name: t.string({ required: true, description: "What it is called; at most 80 characters." }),
    timeZone: t.string({ description: "IANA time zone of its plans. Default: that of your profile." }),
    reviewPolicy: t.field({
      type: ReviewPolicyEnum,
      description: "Whether its pictures need approval. Default: `REQUIRED`.",
    }),
    postApprovalPolicy: t.field({
      type: PostApprovalPolicyEnum,
      description: "Whether its posts need approval. Default: `NONE`.",
    }),
  }),
});

const CreateWorkspaceSuccess = builder.objectRef<{ workspaceId: string }>("CreateWorkspaceSuccess").implement({
  description: "The workspace is made, and you are its owner.",
  interfaces: [changedWorkspace],
  isTypeOf: () => true,
});

builder.mutationField("createWorkspace", (t) =>
  t.withAuth({ may: "workspace:create" }).field({
    type: CreateWorkspaceSuccess,
    nullable: true,
    description: "Makes a workspace to share with others.",
    args: { input: t.arg({ type: CreateWorkspaceInput, required: true, description: "The workspace." }) },
    errors: { types: [ValidationError, ForbiddenError, TooManyAttemptsError] },
    resolve: (_root, { input }, { services, viewer }) => createWorkspace(services, viewer, input),
  }),
);

const UpdateWorkspaceInput = builder.inputType("UpdateWorkspaceInput", {
  description: "New settings of a workspace; what is left out stays.",
  fields: (t) => ({
    workspaceId: t.id({ description: "Which. Default: your personal workspace." }),
    name: t.string({ description: "What it is called; at most 80 characters." }),
    timeZone: t.string({ description: "IANA time zone of its plans." }),
    reviewPolicy: t.field({ type: ReviewPolicyEnum, description: "Whether its pictures need approval." }),
    postApprovalPolicy: t.field({
      type: PostApprovalPolicyEnum,
      description:
        "Whether its posts need approval. With `REQUIRED`, what was scheduled before and never approved is not sent.",
    }),
    imageRetentionDays: t.int({
      description:
        "After how many days pictures that nobody kept are cleaned up, 1 to 3,650; 0 keeps them for ever. See `cleanUpImages`.",
    }),
    defaultStyleId: t.id({
      description:
        "The style of pictures for which nobody names one: a built-in one or one of the workspace, see `styles`; null for none.",
    }),
    defaultProvider: t.string({
      description:
        "The image provider of pictures for which nobody names one, by its name in `imageProviders`; null: the server's first.",
    }),
    fallbackProviders: t.stringList({
      description:
        "The image providers to ask, in this order, for a picture whose own provider cannot make it; null or none: no other is asked. The default cannot be among them.",
    }),
    expectedVersion: t.int({ description: "The `version` that you read: a newer one is not overwritten." }),
  }),
});

const UpdateWorkspaceSuccess = builder.objectRef<{ workspaceId: string }>("UpdateWorkspaceSuccess").implement({
  description: "The settings are as you asked.",
  interfaces: [changedWorkspace],
  isTypeOf: () => true,
});

builder.mutationField("updateWorkspace", (t) =>
  t.withAuth({ may: "workspace:admin" }).field({
    type: UpdateWorkspaceSuccess,
    nullable: true,
    description: "Changes a workspace's settings. Takes an owner.",
    args: { input: t.arg({ type: UpdateWorkspaceInput, required: true, description: "The settings." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, VersionConflictError] },
    resolve: (_root, { input }, { services, viewer }) =>
      updateWorkspace(services, viewer, {
        ...{ ...input, workspaceId: workspaceOf(viewer, input.workspaceId) },
        defaultStyleId: input.defaultStyleId && rowId("Style", input.defaultStyleId, ["defaultStyleId"]),
      }),
  }),
);

const LeaveWorkspaceInput = builder.inputType("LeaveWorkspaceInput", {
  description: "A workspace to leave.",
  fields: (t) => ({ workspaceId: t.id({ required: true, description: "Which." }) }),
});

const LeaveWorkspaceSuccess = builder.objectRef<{ workspaceId: string }>("LeaveWorkspaceSuccess").implement({
  description: "You are no member any more; API tokens that you made for this workspace are revoked.",
  isTypeOf: () => true,
  fields: (t) => ({
    leftWorkspaceId: t.globalID({
      description: "The workspace that you left: remove it from what you show.",
      resolve: ({ workspaceId }) => ({ type: "Workspace", id: workspaceId }),
    }),
  }),
});

builder.mutationField("leaveWorkspace", (t) =>
  t.withAuth({ may: "workspace:leave" }).field({
    type: LeaveWorkspaceSuccess,
    nullable: true,
    description: "Ends your own membership. The last owner cannot leave, and nobody their personal workspace.",
    args: { input: t.arg({ type: LeaveWorkspaceInput, required: true, description: "The workspace." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError] },
    resolve: (_root, { input }, { services, viewer }) =>
      leaveWorkspace(services, viewer, { workspaceId: rowId("Workspace", input.workspaceId, ["workspaceId"]) }),
  }),
);
