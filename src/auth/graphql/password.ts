import { builder } from "../../graphql/builder.ts";
import { ErrorInterface } from "../../graphql/errors.ts";
import { TooManyAttemptsError, ValidationError } from "../../infra/errors.ts";
import { changePassword } from "../change-password.ts";
import { InvalidLinkError, WrongPasswordError } from "../errors.ts";
import { requestMailLink } from "../request-mail-link.ts";
import { resetPassword } from "../reset-password.ts";

builder.objectType(WrongPasswordError, {
  name: "WrongPasswordError",
  description: "The current password is another one.",
  interfaces: [ErrorInterface],
});

builder.objectType(InvalidLinkError, {
  name: "InvalidLinkError",
  description: "The mailed link has expired, was used, or was replaced by a later one.",
  interfaces: [ErrorInterface],
});

const rule = "10 to 128 characters, of any kind; none that is guessed first, and not your own address or name.";

const ChangePasswordSuccess = builder.objectRef<{ readonly ended: number }>("ChangePasswordSuccess").implement({
  description: "The password is changed, your other sessions have ended, and a mail says so.",
  fields: (t) => ({ ended: t.exposeInt("ended", { description: "How many other sessions ended." }) }),
});

const ChangePasswordInput = builder.inputType("ChangePasswordInput", {
  description: "The old password and the new one.",
  fields: (t) => ({
    currentPassword: t.string({ required: true, description: "Proves that it is you." }),
    newPassword: t.string({ required: true, description: rule }),
  }),
});

builder.mutationField("changePassword", (t) =>
  t.withAuth({ person: true }).field({
    type: ChangePasswordSuccess,
    nullable: true,
    description: "Changes your password and ends all of your other sessions. API tokens go on.",
    args: { input: t.arg({ type: ChangePasswordInput, required: true, description: "The passwords." }) },
    errors: { types: [ValidationError, WrongPasswordError, TooManyAttemptsError] },
    resolve: async (_root, { input }, { services, viewer }) => ({
      ended: await changePassword(services, viewer, input),
    }),
  }),
);

const RequestPasswordResetSuccess = builder
  .objectRef<{ readonly message: string }>("RequestPasswordResetSuccess")
  .implement({
    description: "The request is taken. Whether there is an account for the address is not told.",
    fields: (t) => ({ message: t.exposeString("message", { description: "What to tell the person." }) }),
  });

const RequestPasswordResetInput = builder.inputType("RequestPasswordResetInput", {
  description: "Whose password was forgotten.",
  fields: (t) => ({ email: t.string({ required: true, description: "The address of the account." }) }),
});

builder.mutationField("requestPasswordReset", (t) =>
  t.field({
    type: RequestPasswordResetSuccess,
    nullable: true,
    description: "Has a link mailed with which a new password is chosen. Earlier links are void.",
    args: { input: t.arg({ type: RequestPasswordResetInput, required: true, description: "The account." }) },
    errors: { types: [ValidationError, TooManyAttemptsError] },
    resolve: async (_root, { input }, { services, origin }) => {
      await requestMailLink(services, origin, "RESET_PASSWORD", input);
      return {
        message: "If there is an account for this address, a mail with a link is on its way. It works for one hour.",
      };
    },
  }),
);

const ResetPasswordSuccess = builder.objectRef<{ readonly ended: number }>("ResetPasswordSuccess").implement({
  description: "The new password counts, and all sessions have ended: sign in with it.",
  fields: (t) => ({ ended: t.exposeInt("ended", { description: "How many sessions ended." }) }),
});

const ResetPasswordInput = builder.inputType("ResetPasswordInput", {
  description: "The mailed proof and the new password.",
  fields: (t) => ({
    token: t.string({ required: true, description: "What stands behind `#token=` in the mailed link." }),
    newPassword: t.string({ required: true, description: rule }),
  }),
});

builder.mutationField("resetPassword", (t) =>
  t.field({
    type: ResetPasswordSuccess,
    nullable: true,
    description:
      "Sets a new password by a mailed link, which works once. Ends all of your sessions, and revokes all of your API tokens.",
    args: { input: t.arg({ type: ResetPasswordInput, required: true, description: "Proof and password." }) },
    errors: { types: [ValidationError, InvalidLinkError, TooManyAttemptsError] },
    resolve: async (_root, { input }, { services, origin }) => ({
      ended: await resetPassword(services, origin, input),
    }),
  }),
);
