import { builder } from "../../graphql/builder.ts";
import { createdOrders } from "../../graphql/created-order.ts";
import { rowId } from "../../graphql/ids.ts";
import { keysetConnection } from "../../graphql/keyset.ts";
import { nodeSelection } from "../../graphql/node-selection.ts";
import { allScopes, scopes } from "../../graphql/permissions.ts";
import { requireViewer } from "../../graphql/require-viewer.ts";
import { ConflictError, ForbiddenError, NotFoundError, ValidationError } from "../../infra/errors.ts";
import { type CreatedApiToken, createApiToken } from "../create-api-token.ts";
import { isScope } from "../read-api-token.ts";
import { revokeApiToken } from "../revoke-api-token.ts";

const ApiTokenScopeEnum = builder.enumType("ApiTokenScope", {
  description: "What an API token may be made for.",
  // `images:read` is `IMAGES_READ`: the names of an enum hold no colon.
  values: Object.fromEntries(
    allScopes.map((scope) => [
      scope.toUpperCase().replaceAll(/[^A-Z]/g, "_"),
      { value: scope, description: scopes[scope] },
    ]),
  ),
});

const ApiTokenType = builder.prismaNode("ApiToken", {
  nullable: true,
  id: { field: "id", description: "The token's id." },
  description: "A key for scripts. Only its own user sees it, and only when signed in as a person.",
  findUnique: (id, { viewer }) => ({ id, AND: [{ userId: viewer?.userId ?? "", revokedAt: null }] }),
  authScopes: { person: true },
  runScopesOnType: true,
  fields: (t) => ({
    name: t.exposeString("name", { description: "What you called it." }),
    hint: t.exposeString("hint", { description: "The first characters of the token, to recognise it by." }),
    scopes: t.field({
      type: [ApiTokenScopeEnum],
      description: "What it may do.",
      resolve: (token) => token.scopes.filter(isScope),
    }),
    // Live tokens are of workspaces that one is a member of: who leaves one loses the tokens for it.
    workspace: t.relation("workspace", {
      nullable: true,
      description: "The one workspace that it reaches; null: all of yours.",
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was made." }),
    expiresAt: t.expose("expiresAt", { type: "DateTime", description: "When it ends by itself." }),
    revokedAt: t.expose("revokedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was revoked; null for a live one.",
    }),
    lastUsedAt: t.expose("lastUsedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was last used, to the minute; null: never.",
    }),
    lastUsedAddress: t.exposeString("lastUsedAddress", {
      nullable: true,
      description: "The network address that it was last used from.",
    }),
  }),
});

const ApiTokenConnection = builder.connectionObject(
  { type: ApiTokenType, name: "ApiTokenConnection", description: "A page of API tokens." },
  { name: "ApiTokenEdge", description: "An API token in its list." },
);

builder.queryField("apiTokens", (t) =>
  t.connection(
    {
      type: ApiTokenType,
      nullable: true,
      description: "Your API tokens that were not revoked, the newest first.",
      authScopes: { person: true },
      resolve: (_root, args, context, info) => {
        const { db } = context.services;
        const where = { userId: requireViewer(context).userId, revokedAt: null };
        return keysetConnection(
          { order: createdOrders.CREATED_DESC, args },
          (page) =>
            db.apiToken.findMany({ ...nodeSelection(context, info), ...page, where: { AND: [where, page.where] } }),
          (take) => db.apiToken.count({ where, take }),
        );
      },
    },
    ApiTokenConnection,
  ),
);

const changedApiToken = builder.interfaceRef<{ readonly apiTokenId: string }>("ChangedApiToken").implement({
  description: "Carries the API token it changed.",
  fields: (t) => ({
    apiToken: t.prismaField({
      type: ApiTokenType,
      description: "The API token, as it is now.",
      resolve: (query, { apiTokenId }, _args, { services }) =>
        services.db.apiToken.findUniqueOrThrow({ ...query, where: { id: apiTokenId } }),
    }),
  }),
});

const CreateApiTokenInput = builder.inputType("CreateApiTokenInput", {
  description: "An API token to make.",
  fields: (t) => ({
    name: t.string({ required: true, description: "What it is for, in your words; at most 80 characters." }),
    scopes: t.field({ type: [ApiTokenScopeEnum], required: true, description: "What it may do; at least one." }),
    workspaceId: t.id({ description: "The one workspace that it shall reach. Default: all of yours." }),
    expiresInDays: t.int({ description: "How long it lives, 1 to 365 days. Default: 90." }),
  }),
});

const CreateApiTokenSuccess = builder.objectRef<CreatedApiToken>("CreateApiTokenSuccess").implement({
  description: "The token is made.",
  interfaces: [changedApiToken],
  isTypeOf: () => true,
  fields: (t) => ({
    token: t.exposeString("token", {
      description:
        "The token itself, shown this once: keep it safe. Send it as `Authorization: Bearer <token>`, and as `authorization` in `connection_init`.",
    }),
  }),
});

builder.mutationField("createApiToken", (t) =>
  t.withAuth({ person: true }).field({
    type: CreateApiTokenSuccess,
    nullable: true,
    description: "Makes an API token for scripts. Only a signed-in person can; at most 50 live ones.",
    args: { input: t.arg({ type: CreateApiTokenInput, required: true, description: "The token." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError] },
    resolve: (_root, { input }, { services, viewer }) => {
      const { workspaceId, ...rest } = input;
      const bound = workspaceId ? rowId("Workspace", workspaceId, ["workspaceId"]) : null;
      return createApiToken(services, viewer, { ...rest, workspaceId: bound });
    },
  }),
);

const RevokeApiTokenInput = builder.inputType("RevokeApiTokenInput", {
  description: "An API token to revoke.",
  fields: (t) => ({ apiTokenId: t.id({ required: true, description: "The token." }) }),
});

const RevokeApiTokenSuccess = builder.objectRef<{ apiTokenId: string }>("RevokeApiTokenSuccess").implement({
  description: "The token counts no more.",
  interfaces: [changedApiToken],
  isTypeOf: () => true,
});

builder.mutationField("revokeApiToken", (t) =>
  t.withAuth({ person: true }).field({
    type: RevokeApiTokenSuccess,
    nullable: true,
    description: "Revokes an API token, at once and for good; its live sockets close within seconds.",
    args: { input: t.arg({ type: RevokeApiTokenInput, required: true, description: "The token." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError] },
    resolve: (_root, { input }, { services, viewer }) =>
      revokeApiToken(services, viewer, { apiTokenId: rowId("ApiToken", input.apiTokenId, ["apiTokenId"]) }),
  }),
);
