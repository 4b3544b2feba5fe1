import { z } from "zod";
import { builder } from "../../graphql/builder.ts";
import { rowId } from "../../graphql/ids.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import {
  ConflictError,
  ForbiddenError,
  NotFoundError,
  TooManyAttemptsError,
  ValidationError,
} from "../../infra/errors.ts";
import { type CompletedConnection, completeConnection, ownAttempts } from "../connections/complete-connection.ts";
import { type StartedConnection, startConnection } from "../connections/start-connection.ts";
import { PlatformUnavailableError } from "../errors.ts";
import { ConnectionMethodEnum, PlatformEnum } from "./enums.ts";
import { SocialAccountType } from "./social-account.ts";

const choicesShape = z.array(
  z.object({ remoteId: z.string(), handle: z.string(), name: z.string(), url: z.string().nullable() }),
);

const ConnectionChoice = builder.objectRef<z.output<typeof choicesShape>[number]>("ConnectionChoice").implement({
  description: "An account that may be connected.",
  fields: (t) => ({
    id: t.exposeID("remoteId", { description: "Pass it to `completeConnection` in `choices`." }),
    handle: t.exposeString("handle", { description: "Its name at the platform, as in its address." }),
    name: t.exposeString("name", { description: "Its name for people." }),
    url: t.exposeString("url", { nullable: true, description: "Its public page." }),
  }),
});

const ConnectionStatus = builder.enumType("ConnectionAttemptStatus", {
  description: "Where an attempt to connect stands.",
  values: {
    STARTED: { description: "Somebody is signing in at the platform." },
    RETURNED: { description: "They came back; the platform is being asked what was granted." },
    READY: { description: "Access was granted: finish with `completeConnection` and the ticket." },
    CHOOSING: { description: "Several accounts may be connected: call `completeConnection` with `choices`." },
    CONNECTED: { description: "It is finished." },
    FAILED: { description: "Nothing was connected; see `failure`." },
    EXPIRED: { description: "It took too long and was given up." },
  } as const,
});

const ConnectionFailure = builder
  .objectRef<{ readonly code: string; readonly message: string }>("ConnectionFailure")
  .implement({
    description: "Why nothing was connected.",
    fields: (t) => ({
      code: t.exposeString("code", { description: "For programs: `DENIED`, `NO_ACCOUNT`, `UNAVAILABLE`." }),
      message: t.exposeString("message", { description: "For people: what happened and what to do." }),
    }),
  });

const ended = ["CONNECTED", "FAILED"];

const ConnectionAttemptType = builder.prismaNode("ConnectionAttempt", {
  nullable: true,
  id: { field: "id", description: "The attempt's id." },
  description:
    "Connecting an account by signing in at its platform. Only the session that began it sees it; it is forgotten within two hours.",
  findUnique: (id, { viewer }) => ({ id, ...ownAttempts(viewer) }),
  authScopes: { person: true },
  runScopesOnType: true,
  fields: (t) => ({
    platform: t.field({
      type: PlatformEnum,
      description: "Where.",
      select: { platform: true },
      resolve: ({ platform }) => platform,
    }),
    method: t.field({
      type: ConnectionMethodEnum,
      description: "How.",
      select: { method: true },
      resolve: ({ method }) => method,
    }),
    server: t.exposeString("server", { nullable: true, description: "The server, where a platform has many." }),
    status: t.field({
      type: ConnectionStatus,
      description: "Where it stands.",
      select: { status: true, expiresAt: true },
      resolve: ({ status, expiresAt }, _args, { services }) =>
        expiresAt <= services.clock.now() && !ended.includes(status) ? "EXPIRED" : status,
    }),
    choices: t.field({
      type: [ConnectionChoice],
      description: "What may be connected, while it is CHOOSING.",
      select: { status: true, choices: true },
      // Before the ticket was shown it is not certain that whoever looks is whoever consented.
      resolve: ({ status, choices }) => (status === "CHOOSING" ? choicesShape.parse(choices) : []),
    }),
    failure: t.field({
      type: ConnectionFailure,
      nullable: true,
      description: "Why nothing was connected; null where nothing went wrong.",
      select: { failureCode: true, failureMessage: true },
      resolve: ({ failureCode, failureMessage }) =>
        failureCode === null ? null : { code: failureCode, message: failureMessage ?? "" },
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was begun." }),
    expiresAt: t.expose("expiresAt", { type: "DateTime", description: "When it is given up." }),
  }),
});

builder.queryField("connection", (t) =>
  t.withAuth({ person: true }).prismaField({
    type: ConnectionAttemptType,
    nullable: true,
    description: "An attempt to connect that this session began; null for any other.",
    args: { id: t.arg.id({ required: true, description: "The attempt's id." }) },
    resolve: (query, _root, { id }, { services, viewer }) =>
      services.db.connectionAttempt.findFirst({
        ...query,
        where: { id: rowId("ConnectionAttempt", id, ["id"]), ...ownAttempts(viewer) },
      }),
  }),
);

const changedConnection = builder.interfaceRef<{ readonly connectionId: string }>("ChangedConnection").implement({
  description: "Carries the attempt to connect.",
  fields: (t) => ({
    connection: t.prismaField({
      type: ConnectionAttemptType,
      description: "The attempt, as it is now.",
      resolve: (query, { connectionId }, _args, { services }) =>
        services.db.connectionAttempt.findUniqueOrThrow({ ...query, where: { id: connectionId } }),
    }),
  }),
});

const StartConnectionInput = builder.inputType("StartConnectionInput", {
  description: "How to connect an account by signing in at its platform.",
  fields: (t) => ({
    workspaceId: t.id({ description: "Whose the account will be. Default: your personal workspace." }),
    method: t.field({ type: ConnectionMethodEnum, required: true, description: "The way; one of kind REDIRECT." }),
    server: t.string({ description: "The account's server, such as `mastodon.social`; where the method needs one." }),
    returnTo: t.string({
      description:
        "The page of yours to which the browser comes back, of this server's own origin or one in CORS_ORIGINS. Default: a page of this server that shows the ticket.",
    }),
  }),
});

const StartConnectionSuccess = builder.objectRef<StartedConnection>("StartConnectionSuccess").implement({
  description: "Send the browser to `authorisationUrl`.",
  interfaces: [changedConnection],
  isTypeOf: () => true,
  fields: (t) => ({
    authorisationUrl: t.exposeString("authorisationUrl", {
      description: "Where to sign in. It counts once, for ten minutes, and for the person who began alone.",
    }),
  }),
});

builder.mutationField("startConnection", (t) =>
  t.withAuth({ person: true }).field({
    type: StartConnectionSuccess,
    nullable: true,
    description:
      "Begins to connect an account by signing in at its platform. The browser comes back to `returnTo` with `#connection=<id>&ticket=<ticket>`, or `&error=<code>`; nothing is connected until `completeConnection` is called by this session with that ticket. So a link that was begun by somebody else connects nothing to them. Only people can.",
    args: { input: t.arg({ type: StartConnectionInput, required: true, description: "How." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, PlatformUnavailableError, TooManyAttemptsError] },
    resolve: (_root, { input }, { services, viewer }) =>
      startConnection(services, viewer, {
        workspaceId: workspaceOf(viewer, input.workspaceId),
        ...{ method: input.method, server: input.server ?? null, returnTo: input.returnTo ?? null },
      }),
  }),
);

const CompleteConnectionInput = builder.inputType("CompleteConnectionInput", {
  description: "An attempt to connect that is to be finished.",
  fields: (t) => ({
    connectionId: t.id({ required: true, description: "The attempt." }),
    ticket: t.string({ description: "What the browser was given when it came back; needed while it is READY." }),
    choices: t.idList({
      description: "Which accounts, by `choices { id }`. Default: the one there is; with several you are asked.",
    }),
  }),
});

const CompleteConnectionSuccess = builder.objectRef<CompletedConnection>("CompleteConnectionSuccess").implement({
  description: "The accounts are connected, or `connection` is CHOOSING and says which there are.",
  interfaces: [changedConnection],
  isTypeOf: () => true,
  fields: (t) => ({
    socialAccounts: t.prismaField({
      type: [SocialAccountType],
      description: "What is connected; empty while you have to choose.",
      resolve: (query, { socialAccountIds }, _args, { services }) =>
        services.db.socialAccount.findMany({
          ...query,
          where: { id: { in: [...socialAccountIds] } },
          orderBy: [{ createdAt: "asc" }, { id: "asc" }],
        }),
    }),
  }),
});

builder.mutationField("completeConnection", (t) =>
  t.withAuth({ person: true }).field({
    type: CompleteConnectionSuccess,
    nullable: true,
    description:
      "Finishes what `startConnection` began, in the same session. Where several accounts may be connected it first answers with `connection { choices }`; call it again with some of them.",
    args: { input: t.arg({ type: CompleteConnectionInput, required: true, description: "The attempt." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError] },
    resolve: (_root, { input }, { services, viewer }) =>
      completeConnection(services, viewer, {
        connectionId: rowId("ConnectionAttempt", input.connectionId, ["connectionId"]),
        ...{ ticket: input.ticket ?? null, choices: input.choices ?? null },
      }),
  }),
);
