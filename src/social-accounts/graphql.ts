import { builder } from "../graphql/builder.ts";
import { createdOrders } from "../graphql/created-order.ts";
import { ErrorInterface } from "../graphql/errors.ts";
import { keysetConnection } from "../graphql/keyset.ts";
import { nodeSelection } from "../graphql/node-selection.ts";
import { requireViewer } from "../graphql/require-viewer.ts";
import { visibleTo } from "../graphql/visible-to.ts";
import { workspaceOf } from "../graphql/workspace-of.ts";
import { ForbiddenError, NotFoundError, ValidationError } from "../infra/errors.ts";
import { connectionMethods, platforms } from "../platforms/registry.ts";
import { type ConnectionRequest, connectSocialAccount } from "./connect-social-account.ts";
import { PlatformUnavailableError } from "./errors.ts";

const PlatformEnum = builder.enumType("Platform", {
  description: "A social network that Atelier can publish to.",
  values: Object.fromEntries(
    platforms.map(({ name, description }) => [name.toUpperCase(), { value: name, description }]),
  ),
});

const SocialAccountStateEnum = builder.enumType("SocialAccountState", {
  description: "Whether an account can be published to.",
  values: {
    ACTIVE: { description: "It can." },
    EXPIRING: { description: "It can, but its access ends soon." },
    NEEDS_RECONNECT: { description: "It cannot until somebody connects it again." },
    PAUSED: { description: "Somebody paused it." },
    DISCONNECTED: { description: "It was disconnected." },
  } as const,
});

builder.objectType(PlatformUnavailableError, {
  name: "PlatformUnavailableError",
  description: "The platform could not be asked; nothing was changed.",
  interfaces: [ErrorInterface],
});

const SocialAccountType = builder.prismaNode("SocialAccount", {
  nullable: true,
  id: { field: "id", description: "The account's id." },
  description: "A connected profile on a platform.",
  findUnique: (id, { viewer }) => ({ id, ...visibleTo(viewer) }),
  authScopes: { may: "social-accounts:read" },
  runScopesOnType: true,
  fields: (t) => ({
    platform: t.field({ type: PlatformEnum, description: "Where it is.", resolve: (account) => account.platform }),
    handle: t.exposeString("handle", { description: "Its name at the platform, as in its address." }),
    name: t.exposeString("name", { description: "Its name for people." }),
    url: t.exposeString("url", { nullable: true, description: "Its public page." }),
    state: t.expose("state", { type: SocialAccountStateEnum, description: "Whether it can be published to." }),
    lastSuccessAt: t.expose("lastSuccessAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was last published to.",
    }),
    lastError: t.exposeString("lastError", { nullable: true, description: "What went wrong last, in words." }),
    lastErrorAt: t.expose("lastErrorAt", { type: "DateTime", nullable: true, description: "When it went wrong." }),
    expiresAt: t.expose("expiresAt", {
      type: "DateTime",
      nullable: true,
      description: "When access ends unless it is renewed, which happens by itself where the platform allows it.",
    }),
    scopes: t.exposeStringList("scopes", { description: "What the platform granted." }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was connected." }),
    workspace: t.relation("workspace", { description: "Whose it is." }),
  }),
});

const SocialAccountConnection = builder.connectionObject(
  { type: SocialAccountType, name: "SocialAccountConnection", description: "A page of social accounts." },
  { name: "SocialAccountEdge", description: "A social account in its list." },
);

builder.queryField("socialAccounts", (t) =>
  t.connection(
    {
      type: SocialAccountType,
      nullable: true,
      description: "The connected accounts of a workspace, the newest first.",
      authScopes: { may: "social-accounts:read" },
      args: { workspaceId: t.arg.id({ description: "Default: your personal workspace." }) },
      resolve: (_root, { workspaceId, ...args }, context, info) => {
        const { db } = context.services;
        const viewer = requireViewer(context);
        const where = {
          workspaceId: workspaceOf(viewer, workspaceId),
          ...visibleTo(viewer),
        };
        return keysetConnection(
          { order: createdOrders.CREATED_DESC, args },
          (page) =>
            db.socialAccount.findMany({
              ...nodeSelection(context, info),
              ...page,
              where: { AND: [where, page.where] },
            }),
          (take) => db.socialAccount.count({ where, take }),
        );
      },
    },
    SocialAccountConnection,
  ),
);

/** One input type per form, made of the fields it asks for. */
const connectionForms = connectionMethods.flatMap(({ method }) => {
  if (method.kind !== "FORM") return [];
  const form = builder.inputType(`${method.name.charAt(0).toUpperCase()}${method.name.slice(1)}ConnectionInput`, {
    description: `What connecting by "${method.label}" needs.`,
    fields: (t) =>
      Object.fromEntries(
        method.fields.map(({ name, description, required }) => [name, t.string({ required, description })]),
      ),
  });
  return [{ method, form }];
});

const ConnectionInput = builder.inputType("SocialAccountConnectionInput", {
  description: "The account to connect, by the way it is connected: give exactly one.",
  isOneOf: true,
  fields: (t) =>
    Object.fromEntries(
      connectionForms.map(({ method, form }) => [
        method.name,
        t.field({ type: form, description: method.description }),
      ]),
    ),
});

const ConnectSocialAccountInput = builder.inputType("ConnectSocialAccountInput", {
  description: "An account to publish to.",
  fields: (t) => ({
    workspaceId: t.id({ description: "Whose it will be. Default: your personal workspace." }),
    account: t.field({ type: ConnectionInput, required: true, description: "The way and what it asks for." }),
  }),
});

const ConnectSocialAccountSuccess = builder
  .objectRef<{ socialAccountId: string }>("ConnectSocialAccountSuccess")
  .implement({
    description: "The account is connected.",
    isTypeOf: () => true,
    fields: (t) => ({
      socialAccount: t.prismaField({
        type: SocialAccountType,
        description: "The account.",
        resolve: (query, { socialAccountId }, _args, { services }) =>
          services.db.socialAccount.findUniqueOrThrow({ ...query, where: { id: socialAccountId } }),
      }),
    }),
  });

builder.mutationField("connectSocialAccount", (t) =>
  t.withAuth({ may: "social-accounts:write" }).field({
    type: ConnectSocialAccountSuccess,
    nullable: true,
    description: "Connects an account that needs no redirect to its platform. Connecting it again refreshes it.",
    args: { input: t.arg({ type: ConnectSocialAccountInput, required: true, description: "The account." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, PlatformUnavailableError] },
    resolve: (_root, { input }, { services, viewer }) =>
      connectSocialAccount(services, viewer, {
        workspaceId: workspaceOf(viewer, input.workspaceId),
        ...chosenForm(input.account),
      }),
  }),
);

/** GraphQL lets exactly one form through; which one names the method. */
function chosenForm(account: Readonly<Record<string, unknown>>): Omit<ConnectionRequest, "workspaceId"> {
  const [method = "", form] = Object.entries(account)[0] ?? [];
  const texts = Object.entries(form ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return { method, fields: Object.fromEntries(texts) };
}
