import { builder } from "../../graphql/builder.ts";
import type { Context } from "../../graphql/context.ts";
import { ErrorInterface } from "../../graphql/errors.ts";
import { ValidationError } from "../../infra/errors.ts";
import { EmailTakenError, InvalidCredentialsError } from "../errors.ts";
import { login } from "../login.ts";
import type { SignedIn } from "../open-session.ts";
import { register } from "../register.ts";

builder.objectType(InvalidCredentialsError, {
  name: "InvalidCredentialsError",
  description: "E-mail address and password do not match an account.",
  interfaces: [ErrorInterface],
});

builder.objectType(EmailTakenError, {
  name: "EmailTakenError",
  description: "The e-mail address has an account already.",
  interfaces: [ErrorInterface],
});

/** A sign-in with its one token. */
interface IssuedSignIn extends SignedIn {
  readonly accessToken: string;
  readonly expiresAt: Date;
}

/** Who signed in is the viewer of what else the operation reads, and gets one token. */
function issue(context: Context, session: SignedIn): IssuedSignIn {
  context.viewer = { ...session, grant: null, origin: context.origin };
  return { ...session, ...context.accessTokens.issue(session) };
}

const signedInFields = builder.interfaceRef<IssuedSignIn>("SignedIn").implement({
  description: "A fresh sign-in.",
  fields: (t) => ({
    accessToken: t.exposeString("accessToken", {
      description: "Send it as `Authorization: Bearer <token>`, and as `authorization` in `connection_init`.",
    }),
    expiresAt: t.expose("expiresAt", { type: "DateTime", description: "When the access token ends." }),
    user: t.prismaField({
      type: "User",
      description: "Who signed in.",
      resolve: (query, { userId }, _args, { services }) =>
        services.db.user.findUniqueOrThrow({ ...query, where: { id: userId } }),
    }),
  }),
});

const RegisterSuccess = builder.objectRef<IssuedSignIn>("RegisterSuccess").implement({
  description: "The account is made and signed in.",
  interfaces: [signedInFields],
  isTypeOf: () => true,
});

const LoginSuccess = builder.objectRef<IssuedSignIn>("LoginSuccess").implement({
  description: "You are signed in.",
  interfaces: [signedInFields],
  isTypeOf: () => true,
});

const RegisterInput = builder.inputType("RegisterInput", {
  description: "A new account.",
  fields: (t) => ({
    email: t.string({ required: true, description: "Your e-mail address; you sign in with it." }),
    password: t.string({ required: true, description: "10 to 128 characters, of any kind." }),
    displayName: t.string({ required: true, description: "How you want to be called; at most 80 characters." }),
  }),
});

builder.mutationField("register", (t) =>
  t.field({
    type: RegisterSuccess,
    nullable: true,
    description: "Makes an account with a personal workspace, and signs in.",
    args: { input: t.arg({ type: RegisterInput, required: true, description: "The account." }) },
    errors: { types: [ValidationError, EmailTakenError] },
    resolve: async (_root, { input }, context) =>
      issue(context, await register(context.services, context.origin, input)),
  }),
);

const LoginInput = builder.inputType("LoginInput", {
  description: "Who you are and your proof.",
  fields: (t) => ({
    email: t.string({ required: true, description: "The address of your account." }),
    password: t.string({ required: true, description: "Its password." }),
  }),
});

builder.mutationField("login", (t) =>
  t.field({
    type: LoginSuccess,
    nullable: true,
    description: "Signs in.",
    args: { input: t.arg({ type: LoginInput, required: true, description: "Your credentials." }) },
    errors: { types: [ValidationError, InvalidCredentialsError] },
    resolve: async (_root, { input }, context) => issue(context, await login(context.services, context.origin, input)),
  }),
);
