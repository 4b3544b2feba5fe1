import { ValidationError } from "../infra/errors.ts";
import { builder } from "../graphql/builder.ts";
import { ErrorInterface } from "../graphql/errors.ts";
import { EmailTakenError, InvalidCredentialsError } from "./errors.ts";
import { login, type SignedIn } from "./login.ts";
import { register } from "./register.ts";

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

builder.prismaNode("User", {
  id: { field: "id", description: "The user's id." },
  description: "A person's login.",
  findUnique: (id, { viewer }) => ({ id, AND: [{ id: viewer?.userId ?? "" }] }),
  fields: (t) => ({
    email: t.exposeString("email", { description: "The address they sign in with." }),
    displayName: t.exposeString("displayName", { description: "How they want to be called." }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When the account was made." }),
  }),
});

builder.queryField("me", (t) =>
  t.withAuth({ signedIn: true }).prismaField({
    type: "User",
    description: "Who you are. `UNAUTHENTICATED` when nobody is signed in.",
    resolve: (query, _root, _args, { services, viewer }) =>
      services.db.user.findUniqueOrThrow({ ...query, where: { id: viewer.userId } }),
  }),
);

const signedInFields = builder.interfaceRef<SignedIn>("SignedIn").implement({
  description: "A fresh sign-in.",
  fields: (t) => ({
    accessToken: t.string({
      description: "Send it as `Authorization: Bearer <token>`, and as `authorization` in `connection_init`.",
      resolve: (session, _args, { accessTokens }) => accessTokens.issue(session).accessToken,
    }),
    expiresAt: t.field({
      type: "DateTime",
      description: "When the access token ends.",
      resolve: (session, _args, { accessTokens }) => accessTokens.issue(session).expiresAt,
    }),
    user: t.prismaField({
      type: "User",
      description: "Who signed in.",
      resolve: (query, { userId }, _args, { services }) => services.db.user.findUniqueOrThrow({ ...query, where: { id: userId } }),
    }),
  }),
});

const RegisterSuccess = builder.objectRef<SignedIn>("RegisterSuccess").implement({
  description: "The account is made and signed in.",
  interfaces: [signedInFields],
  isTypeOf: () => true,
});

const LoginSuccess = builder.objectRef<SignedIn>("LoginSuccess").implement({
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
    description: "Makes an account with a personal workspace, and signs in.",
    args: { input: t.arg({ type: RegisterInput, required: true, description: "The account." }) },
    errors: { types: [ValidationError, EmailTakenError] },
    resolve: (_root, { input }, { services }) => register(services, input),
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
    description: "Signs in.",
    args: { input: t.arg({ type: LoginInput, required: true, description: "Your credentials." }) },
    errors: { types: [ValidationError, InvalidCredentialsError] },
    resolve: (_root, { input }, { services }) => login(services, input),
  }),
);
