import { builder } from "../../graphql/builder.ts";
import { ErrorInterface } from "../../graphql/errors.ts";
import { rowId } from "../../graphql/ids.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import {
  ConflictError,
  ForbiddenError,
  NotFoundError,
  TooManyAttemptsError,
  ValidationError,
} from "../../infra/errors.ts";
import { acceptInvitation } from "../accept-invitation.ts";
import { InvitationNotValidError } from "../errors.ts";
import { inviteMember } from "../invite-member.ts";
import { revokeInvitation } from "../revoke-invitation.ts";
import { InvitationType } from "./invitations.ts";
import { RoleEnum } from "./workspace.ts";
import { changedWorkspace } from "./workspace-mutations.ts";

builder.objectType(InvitationNotValidError, {
  name: "InvitationNotValidError",
  description: "The invitation was accepted, has run out, was taken back or never was.",
  interfaces: [ErrorInterface],
});

const changedInvitation = builder.interfaceRef<{ readonly invitationId: string }>("ChangedInvitation").implement({
  description: "Carries the invitation it changed.",
  fields: (t) => ({
    invitation: t.prismaField({
      type: InvitationType,
      description: "The invitation, as it is now.",
      resolve: (query, { invitationId }, _args, { services }) =>
        services.db.invitation.findUniqueOrThrow({ ...query, where: { id: invitationId } }),
    }),
  }),
});

const InviteMemberInput = builder.inputType("InviteMemberInput", {
  description: "Somebody to invite.",
  fields: (t) => ({
    workspaceId: t.id({ description: "Into which workspace. Default: your personal one." }),
    email: t.string({ required: true, description: "Their e-mail address; they need no account yet." }),
    role: t.field({ type: RoleEnum, required: true, description: "The role they will have." }),
  }),
});

const InviteMemberSuccess = builder.objectRef<{ invitationId: string }>("InviteMemberSuccess").implement({
  description: "The invitation is written down and its mail is on the way.",
  interfaces: [changedInvitation],
  isTypeOf: () => true,
});

builder.mutationField("inviteMember", (t) =>
  t.withAuth({ may: "workspace:admin" }).field({
    type: InviteMemberSuccess,
    nullable: true,
    description:
      "Invites somebody by e-mail; the link works for 14 days. Inviting the address again replaces the invitation and its link.",
    args: { input: t.arg({ type: InviteMemberInput, required: true, description: "Whom, and as what." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError, TooManyAttemptsError] },
    resolve: (_root, { input }, { services, viewer }) =>
      inviteMember(services, viewer, { ...input, workspaceId: workspaceOf(viewer, input.workspaceId) }),
  }),
);

const RevokeInvitationInput = builder.inputType("RevokeInvitationInput", {
  description: "An invitation to take back.",
  fields: (t) => ({ invitationId: t.id({ required: true, description: "The invitation." }) }),
});

const RevokeInvitationSuccess = builder.objectRef<{ invitationId: string }>("RevokeInvitationSuccess").implement({
  description: "The invitation's link leads nowhere any more.",
  interfaces: [changedInvitation],
  isTypeOf: () => true,
});

builder.mutationField("revokeInvitation", (t) =>
  t.withAuth({ may: "workspace:admin" }).field({
    type: RevokeInvitationSuccess,
    nullable: true,
    description: "Takes an invitation back. Takes an owner.",
    args: { input: t.arg({ type: RevokeInvitationInput, required: true, description: "The invitation." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError] },
    resolve: (_root, { input }, { services, viewer }) =>
      revokeInvitation(services, viewer, { invitationId: rowId("Invitation", input.invitationId, ["invitationId"]) }),
  }),
);

const AcceptInvitationInput = builder.inputType("AcceptInvitationInput", {
  description: "An invitation to accept.",
  fields: (t) => ({
    token: t.string({ required: true, description: "What stands behind `#token=` in the link." }),
  }),
});

const AcceptInvitationSuccess = builder.objectRef<{ workspaceId: string }>("AcceptInvitationSuccess").implement({
  description: "You are a member.",
  interfaces: [changedWorkspace],
  isTypeOf: () => true,
});

builder.mutationField("acceptInvitation", (t) =>
  t.withAuth({ person: true }).field({
    type: AcceptInvitationSuccess,
    nullable: true,
    description: "Accepts an invitation. Sign in with the invited address first; an API token cannot do this.",
    args: { input: t.arg({ type: AcceptInvitationInput, required: true, description: "The invitation." }) },
    errors: { types: [ValidationError, InvitationNotValidError, ForbiddenError] },
    resolve: (_root, { input }, { services, viewer }) => acceptInvitation(services, viewer, input),
  }),
);
