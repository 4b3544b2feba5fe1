import { builder } from "../../graphql/builder.ts";
import type { Context } from "../../graphql/context.ts";
import { ErrorInterface } from "../../graphql/errors.ts";
import { TooManyAttemptsError, ValidationError } from "../../infra/errors.ts";
import { EmailTakenError, InvalidCredentialsError, InvalidRefreshTokenError } from "../errors.ts";
import { login } from "../login.ts";
import type { SignedIn } from "../open-session.ts";
import { refreshSession } from "../refresh-session.ts";
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

builder.objectType(InvalidRefreshTokenError, {
  name: "InvalidRefreshTokenError",
  description: "The refresh token does not count (any more): sign in again.",
  interfaces: [ErrorInterface],
});

const RefreshTokenPlace = builder.enumType("RefreshTokenPlace", {
  description: "Where a refresh token travels; one or the other for a whole sign-in.",
  values: {
    BODY: { description: "In the answer, as `refreshToken`; you keep it, and send it as input." },
    COOKIE: {
      description:
        "In a cookie that no script can read, for pages in browsers; `refreshToken` is null. Over HTTP only, and browsers want https or localhost.",
    },
  } as const,
});
type Place = typeof RefreshTokenPlace.$inferType;

/** A sign-in with its tokens. */
interface IssuedSignIn extends Omit<SignedIn, "refreshToken"> {
  readonly accessToken: string;
  readonly expiresAt: Date;
  readonly refreshToken: string | null;
}

/** Who signed in is the viewer of what else the operation reads, and gets the tokens. */
function issue(context: Context, session: SignedIn, place: Place): IssuedSignIn {
  const { refreshToken, refreshExpiresAt } = session;
  if (place === "COOKIE") context.refreshCookie?.write(refreshToken, refreshExpiresAt);
  context.viewer = { ...session, grant: null, origin: context.origin };
  return {
    ...session,
    ...context.accessTokens.issue(session),
    refreshToken: place === "BODY" ? refreshToken : null,
  };
}

/** Refuses a cookie where there are none, before anything is done. */
function requirePlace({ refreshCookie }: Context, place: Place): void {
  if (place === "BODY" || refreshCookie !== null) return;
  const message = "A websocket cannot set a cookie. Sign in over HTTP, or ask for BODY.";
  throw new ValidationError([{ path: ["refreshTokenIn"], code: "NO_COOKIES_HERE", message }]);
}

const signedInFields = builder.interfaceRef<IssuedSignIn>("SignedIn").implement({
  description: "A fresh or renewed sign-in.",
  fields: (t) => ({
    accessToken: t.exposeString("accessToken", {
      description: "Send it as `Authorization: Bearer <token>`, and as `authorization` in `connection_init`.",
    }),
    expiresAt: t.expose("expiresAt", {
      type: "DateTime",
      description: "When the access token ends. Get the next one with `refreshToken` shortly before.",
    }),
    refreshToken: t.exposeString("refreshToken", {
      nullable: true,
      description: "For `refreshToken`; each works once. Keep it secret. Null when it travels in the cookie.",
    }),
    refreshExpiresAt: t.expose("refreshExpiresAt", {
      type: "DateTime",
      description: "When the sign-in ends unless it is renewed before.",
    }),
    user: t.prismaField({
      type: "User",
      description: "Who signed in.",
      resolve: (query, { userId }, _args, { services }) =>
        services.db.user.findUniqueOrThrow({ ...query, where: { id: userId } }),
    }),
  }),
});

const RegisterSuccess = builder.objectRef<IssuedSignIn>("RegisterSuccess").implement({
  description: "The account is made and signed in; a mail to verify its address is on its way.",
  interfaces: [signedInFields],
  isTypeOf: () => true,
});

const LoginSuccess = builder.objectRef<IssuedSignIn>("LoginSuccess").implement({
  description: "You are signed in.",
  interfaces: [signedInFields],
  isTypeOf: () => true,
});

const RefreshTokenSuccess = builder.objectRef<IssuedSignIn>("RefreshTokenSuccess").implement({
  description: "The sign-in goes on, with new tokens. The refresh token that you sent is used up.",
  interfaces: [signedInFields],
  isTypeOf: () => true,
});

const placeDescription = "Where the refresh token travels from now on.";

const RegisterInput = builder.inputType("RegisterInput", {
  description: "A new account.",
  fields: (t) => ({
    email: t.string({ required: true, description: "Your e-mail address; you sign in with it." }),
    password: t.string({
      required: true,
      description: "10 to 128 characters, of any kind; none that is guessed first, and not your own address or name.",
    }),
    displayName: t.string({ required: true, description: "How you want to be called; at most 80 characters." }),
    refreshTokenIn: t.field({
      ...{ type: RefreshTokenPlace, required: true, defaultValue: "BODY", description: placeDescription },
    }),
  }),
});

builder.mutationField("register", (t) =>
  t.field({
    type: RegisterSuccess,
    nullable: true,
    description: "Makes an account with a personal workspace, and signs in.",
    args: { input: t.arg({ type: RegisterInput, required: true, description: "The account." }) },
    errors: { types: [ValidationError, EmailTakenError, TooManyAttemptsError] },
    resolve: async (_root, { input: { refreshTokenIn, ...account } }, context) => {
      requirePlace(context, refreshTokenIn);
      return issue(context, await register(context.services, context.origin, account), refreshTokenIn);
    },
  }),
);

const LoginInput = builder.inputType("LoginInput", {
  description: "Who you are and your proof.",
  fields: (t) => ({
    email: t.string({ required: true, description: "The address of your account." }),
    password: t.string({ required: true, description: "Its password." }),
    refreshTokenIn: t.field({
      ...{ type: RefreshTokenPlace, required: true, defaultValue: "BODY", description: placeDescription },
    }),
  }),
});

builder.mutationField("login", (t) =>
  t.field({
    type: LoginSuccess,
    nullable: true,
    description: "Signs in. Each call is a try that counts; see `serverInfo { limits }`.",
    args: { input: t.arg({ type: LoginInput, required: true, description: "Your credentials." }) },
    errors: { types: [ValidationError, InvalidCredentialsError, TooManyAttemptsError] },
    resolve: async (_root, { input: { refreshTokenIn, ...credentials } }, context) => {
      requirePlace(context, refreshTokenIn);
      return issue(context, await login(context.services, context.origin, credentials), refreshTokenIn);
    },
  }),
);

const RefreshTokenInput = builder.inputType("RefreshTokenInput", {
  description: "What to go on with.",
  fields: (t) => ({
    refreshToken: t.string({ description: "The latest refresh token of the sign-in. Default: the one in the cookie." }),
  }),
});

builder.mutationField("refreshToken", (t) =>
  t.field({
    type: RefreshTokenSuccess,
    nullable: true,
    description:
      "Renews a sign-in; needs no access token. Sent twice within ten seconds a token leads to the same successor; sent again later it ends the sign-in, because somebody may have copied it.",
    args: { input: t.arg({ type: RefreshTokenInput, required: true, description: "The refresh token." }) },
    errors: { types: [ValidationError, InvalidRefreshTokenError] },
    resolve: async (_root, { input }, context) => {
      const { services, origin, refreshCookie } = context;
      const given = input.refreshToken ?? null;
      const session = await refreshSession(services, origin, given ?? refreshCookie?.read() ?? "");
      return issue(context, session, given === null ? "COOKIE" : "BODY");
    },
  }),
);
