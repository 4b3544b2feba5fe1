import { builder } from "../../graphql/builder.ts";
import { ConflictError, TooManyAttemptsError, ValidationError } from "../../infra/errors.ts";
import { keepAccount } from "../erasure/keep-account.ts";
import { requestErasure } from "../erasure/request-erasure.ts";
import { WrongPasswordError } from "../errors.ts";
import { userSuccess } from "./changed-user.ts";

builder.prismaObjectField("User", "erasureDueAt", (t) =>
  t.field({
    type: "DateTime",
    nullable: true,
    description:
      "When everything of yours is erased, because you asked for it; `keepMyAccount` cancels. Null otherwise, and for everybody else's.",
    select: { id: true, erasureDueAt: true },
    resolve: ({ id, erasureDueAt }, _args, { viewer }) => (id === viewer?.userId ? erasureDueAt : null),
  }),
);

const DeleteMyAccountInput = builder.inputType("DeleteMyAccountInput", {
  description: "Proofs that it is you, and that you mean it.",
  fields: (t) => ({
    password: t.string({ required: true, description: "Your password." }),
    confirm: t.string({ required: true, description: "The e-mail address of your account, typed again." }),
  }),
});

const DeleteMyAccountSuccess = builder.objectRef<{ readonly erasureDueAt: Date }>("DeleteMyAccountSuccess").implement({
  description: "Your account will be erased. You are signed out everywhere, and a mail says how to keep it.",
  isTypeOf: () => true,
  fields: (t) => ({
    erasureDueAt: t.expose("erasureDueAt", {
      type: "DateTime",
      description: "When. Until then you may sign in and keep it with `keepMyAccount`.",
    }),
  }),
});

builder.mutationField("deleteMyAccount", (t) =>
  t.withAuth({ person: true }).field({
    type: DeleteMyAccountSuccess,
    nullable: true,
    description:
      "Puts your account up for erasure: your personal workspace and those where you are alone, with everything in them; what you made in workspaces of others stays, without your name. API tokens and scheduled posts go on until then. People only: no API token can.",
    args: { input: t.arg({ type: DeleteMyAccountInput, required: true, description: "The proofs." }) },
    errors: { types: [ValidationError, WrongPasswordError, TooManyAttemptsError, ConflictError] },
    resolve: async (_root, { input }, { services, viewer }) => ({
      erasureDueAt: await requestErasure(services, viewer, input),
    }),
  }),
);

const KeepMyAccountSuccess = userSuccess("KeepMyAccountSuccess", "Your account stays.");

builder.mutationField("keepMyAccount", (t) =>
  t.withAuth({ person: true }).field({
    type: KeepMyAccountSuccess,
    nullable: true,
    description:
      "Keeps your account after `deleteMyAccount`, as long as it is not yet due. People only: no API token can.",
    errors: { types: [ConflictError] },
    resolve: async (_root, _args, { services, viewer }) => {
      await keepAccount(services, viewer);
      return { userId: viewer.userId };
    },
  }),
);
