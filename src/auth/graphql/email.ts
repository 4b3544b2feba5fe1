import { builder } from "../../graphql/builder.ts";
import { TooManyAttemptsError, ValidationError } from "../../infra/errors.ts";
import { InvalidLinkError } from "../errors.ts";
import { requestMailLink } from "../request-mail-link.ts";
import { verifyEmail } from "../verify-email.ts";

const VerifyEmailSuccess = builder.objectRef<{ readonly email: string }>("VerifyEmailSuccess").implement({
  description: "The address is verified.",
  fields: (t) => ({ email: t.exposeString("email", { description: "The address." }) }),
});

const VerifyEmailInput = builder.inputType("VerifyEmailInput", {
  description: "The mailed proof.",
  fields: (t) => ({
    token: t.string({ required: true, description: "What stands behind `#token=` in the mailed link." }),
  }),
});

builder.mutationField("verifyEmail", (t) =>
  t.field({
    type: VerifyEmailSuccess,
    nullable: true,
    description: "Verifies an e-mail address by the link that was mailed to it; needs no sign-in.",
    args: { input: t.arg({ type: VerifyEmailInput, required: true, description: "The proof." }) },
    errors: { types: [ValidationError, InvalidLinkError, TooManyAttemptsError] },
    resolve: async (_root, { input }, { services, origin }) => ({ email: await verifyEmail(services, origin, input) }),
  }),
);

const RequestEmailVerificationSuccess = builder
  .objectRef<{ readonly message: string }>("RequestEmailVerificationSuccess")
  .implement({
    description: "The request is taken. Whether there is an account for the address is not told.",
    fields: (t) => ({ message: t.exposeString("message", { description: "What to tell the person." }) }),
  });

const RequestEmailVerificationInput = builder.inputType("RequestEmailVerificationInput", {
  description: "Which address to verify.",
  fields: (t) => ({ email: t.string({ required: true, description: "The address of the account." }) }),
});

builder.mutationField("requestEmailVerification", (t) =>
  t.field({
    type: RequestEmailVerificationSuccess,
    nullable: true,
    description: "Has the link that verifies an address mailed once more. Earlier links are void.",
    args: { input: t.arg({ type: RequestEmailVerificationInput, required: true, description: "The account." }) },
    errors: { types: [ValidationError, TooManyAttemptsError] },
    resolve: async (_root, { input }, { services, origin }) => {
      await requestMailLink(services, origin, "VERIFY_EMAIL", input);
      return { message: "If there is an unverified account for this address, a mail with a link is on its way." };
    },
  }),
);
