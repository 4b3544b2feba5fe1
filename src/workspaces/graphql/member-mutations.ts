import { builder } from "../../graphql/builder.ts";
import { rowId } from "../../graphql/ids.ts";
import { ConflictError, ForbiddenError, NotFoundError, ValidationError } from "../../infra/errors.ts";
import { changeMemberRole } from "../change-member-role.ts";
import { type RemovedMember, removeMember } from "../remove-member.ts";
import { transferOwnership } from "../transfer-ownership.ts";
import { MemberType } from "./members.ts";
import { RoleEnum } from "./workspace.ts";
import { changedWorkspace } from "./workspace-mutations.ts";

const ChangeMemberRoleInput = builder.inputType("ChangeMemberRoleInput", {
  description: "Another role for a member.",
  fields: (t) => ({
    memberId: t.id({ required: true, description: "The member." }),
    role: t.field({ type: RoleEnum, required: true, description: "Their new role." }),
  }),
});

const ChangeMemberRoleSuccess = builder.objectRef<{ memberId: string }>("ChangeMemberRoleSuccess").implement({
  description: "The member has the role.",
  isTypeOf: () => true,
  fields: (t) => ({
    member: t.prismaField({
      type: MemberType,
      description: "The member, as they are now.",
      resolve: (query, { memberId }, _args, { services }) =>
        services.db.member.findUniqueOrThrow({ ...query, where: { id: memberId } }),
    }),
  }),
});

builder.mutationField("changeMemberRole", (t) =>
  t.withAuth({ may: "workspace:admin" }).field({
    type: ChangeMemberRoleSuccess,
    nullable: true,
    description: "Gives a member another role. Takes an owner; a workspace always keeps one.",
    args: { input: t.arg({ type: ChangeMemberRoleInput, required: true, description: "Member and role." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError] },
    resolve: (_root, { input }, { services, viewer }) =>
      changeMemberRole(services, viewer, {
        ...{ memberId: rowId("Member", input.memberId, ["memberId"]), role: input.role },
      }),
  }),
);

const RemoveMemberInput = builder.inputType("RemoveMemberInput", {
  description: "A member to remove.",
  fields: (t) => ({ memberId: t.id({ required: true, description: "The member." }) }),
});

const RemoveMemberSuccess = builder.objectRef<RemovedMember>("RemoveMemberSuccess").implement({
  description: "They are no member any more; API tokens that they made for this workspace are revoked.",
  interfaces: [changedWorkspace],
  isTypeOf: () => true,
  fields: (t) => ({
    removedMemberId: t.globalID({
      description: "The membership that is gone: remove it from what you show.",
      resolve: ({ memberId }) => ({ type: "Member", id: memberId }),
    }),
  }),
});

builder.mutationField("removeMember", (t) =>
  t.withAuth({ may: "workspace:admin" }).field({
    type: RemoveMemberSuccess,
    nullable: true,
    description: "Removes a member. Takes an owner; the last one, and the person of a personal workspace, stay.",
    args: { input: t.arg({ type: RemoveMemberInput, required: true, description: "The member." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError] },
    resolve: (_root, { input }, { services, viewer }) =>
      removeMember(services, viewer, { memberId: rowId("Member", input.memberId, ["memberId"]) }),
  }),
);

const TransferOwnershipInput = builder.inputType("TransferOwnershipInput", {
  description: "A new owner of a workspace.",
  fields: (t) => ({
    memberId: t.id({ required: true, description: "The member who becomes its owner." }),
    stayOwner: t.boolean({
      required: true,
      defaultValue: false,
      description: "Whether you remain an owner beside them. Otherwise you become an EDITOR.",
    }),
  }),
});

const TransferOwnershipSuccess = builder.objectRef<{ workspaceId: string }>("TransferOwnershipSuccess").implement({
  description: "The member is an owner.",
  interfaces: [changedWorkspace],
  isTypeOf: () => true,
});

builder.mutationField("transferOwnership", (t) =>
  t.withAuth({ may: "workspace:admin" }).field({
    type: TransferOwnershipSuccess,
    nullable: true,
    description: "Hands a workspace over to another member. Personal workspaces stay with their person.",
    args: { input: t.arg({ type: TransferOwnershipInput, required: true, description: "The new owner." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError] },
    resolve: (_root, { input }, { services, viewer }) =>
      transferOwnership(services, viewer, {
        ...{ memberId: rowId("Member", input.memberId, ["memberId"]), stayOwner: input.stayOwner },
      }),
  }),
);
