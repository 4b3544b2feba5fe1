/** Services in, Fastify app out. Never listens. */

import { fileURLToPath } from "node:url";
import cors from "@fastify/cors";
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import type { GraphQLSchema } from "graphql";
import mercurius from "mercurius";
import { registerMetricExports } from "./analytics/routes.ts";
import { registerAvatars } from "./auth/avatar/routes.ts";
import { registerDataExports } from "./auth/export/routes.ts";
import { registerAccountPages } from "./auth/routes.ts";
import { loadOperations } from "./explorer/load-operations.ts";
import { explorerRoutes } from "./explorer/routes.ts";
import { createPrepare } from "./graphql/prepare.ts";
import { operationLimits } from "./graphql/server-info.ts";
import { registerAccessTokens } from "./http/access-tokens.ts";
import { registerErrorHandler } from "./http/error-handler.ts";
import { registerFavicon } from "./http/favicon.ts";
import { registerGraphqlEndpoint } from "./http/graphql-endpoint.ts";
import { registerGraphqlSocket } from "./http/graphql-socket.ts";
import { registerGraphqlStream } from "./http/graphql-stream.ts";
import { registerHealth } from "./http/health.ts";
import { registerMultipart } from "./http/multipart-request.ts";
import { createOpenConnections } from "./http/open-connections.ts";
import { registerCookies } from "./http/refresh-cookie.ts";
import { originOf } from "./http/request-origin.ts";
import { registerMedia } from "./images/routes.ts";
import { registerUnsubscribe } from "./notifications/routes.ts";
import { registerReviewPage } from "./posts/routes.ts";
import { schema as wholeSchema } from "./schema.ts";
import type { Services } from "./services.ts";
import { registerConnections } from "./social-accounts/routes.ts";
import { registerInvitationPage } from "./workspaces/routes.ts";

const operationsFolder = fileURLToPath(new URL("./explorer/operations/", import.meta.url));

/**
 * Builds the app; tests may give it a schema of their own. Closing it ends the sockets first, so that clients come back
 * elsewhere or later.
 */
export async function buildServer(services: Services, schema: GraphQLSchema = wholeSchema): Promise<FastifyInstance> {
  const { config } = services;
  const loggerInstance: FastifyBaseLogger = services.log;
  const app = Fastify({
    loggerInstance,
    // Requests are told at debug level by whoever serves them, failures by the error handler.
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: (_address, hop) => hop < config.TRUST_PROXY,
    bodyLimit: config.MAX_BODY_BYTES,
    // A request that is sent drop by drop must not hold its connection for ever.
    requestTimeout: 30_000,
    forceCloseConnections: "idle",
    // GraphQL over HTTP forbids bending a wrong type into a right one.
    ajv: { customOptions: { coerceTypes: false } },
  });
  let stopping = false;
  registerErrorHandler(app);

  await app.register(cors, {
    origin: [...config.CORS_ORIGINS],
    allowedHeaders: ["authorization", "content-type", "graphql-require-preflight", "last-event-id"],
    // Pages on the list may use the refresh token's cookie; browsers send it to their own site alone.
    credentials: config.CORS_ORIGINS.length > 0,
  });
  await registerCookies(app);
  await registerMultipart(app, config);
  // Our own gate checks each document before Mercurius sees it; its second look is remembered per document.
  await app.register(mercurius, {
    schema,
    routes: false,
    cache: 32,
    graphql: { parseOptions: { maxTokens: config.MAX_DOCUMENT_TOKENS } },
    // Errors stay whole until our one formatter has seen them.
    errorFormatter: ({ data, errors }) => ({ statusCode: 200, response: { data: data ?? null, errors } }),
  });

  const accessTokens = await registerAccessTokens(app, services);
  const connections = createOpenConnections(config.MAX_SOCKETS_PER_USER);
  const endpoint = { services, accessTokens, prepare: createPrepare(schema, operationLimits(config)), connections };
  registerGraphqlEndpoint(app, endpoint);
  const closeSockets = registerGraphqlSocket(app, schema, endpoint);
  const closeStreams = registerGraphqlStream(app, schema, endpoint);
  registerHealth(app, services, () => stopping);
  registerMedia(app, services);
  registerAvatars(app, services);
  registerDataExports(app, services, ({ raw }) => originOf(raw, config.TRUST_PROXY));
  registerMetricExports(app, services);
  await registerAccountPages(app);
  await registerFavicon(app);
  await registerInvitationPage(app);
  await registerReviewPage(app);
  await registerConnections(app, services);
  await registerUnsubscribe(app, services);
  if (config.EXPLORER !== "off") {
    await app.register(explorerRoutes, { mode: config.EXPLORER, operations: await loadOperations(operationsFolder) });
  }
  for (const platform of services.platforms.values()) {
    if (platform.routes !== undefined) await app.register(platform.routes);
  }

  app.addHook("preClose", async () => {
    stopping = true;
    closeStreams();
    await closeSockets();
  });
  return app;
}
