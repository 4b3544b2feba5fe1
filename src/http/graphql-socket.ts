/**
 * GraphQL over a websocket: `graphql-transport-ws` by graphql-ws' own server, behind the same gates as HTTP. Close codes as its
 * clients read them: 4401 bad credentials (fatal), 4403 ended credentials (they come back with fresh ones), 1012 restart.
 */
import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { FastifyInstance } from "fastify";
import { type ExecutionArgs, GraphQLError, type GraphQLSchema } from "graphql";
import { makeServer, type Context as SocketContext } from "graphql-ws";
import { type WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import type { Context, Viewer } from "../graphql/context.ts";
import { formatError } from "../graphql/format-error.ts";
import { RequestError } from "../graphql/request-errors.ts";
import type { RequestOrigin } from "../infra/audit.ts";
import { authenticate } from "./authenticate.ts";
import type { EndpointOptions } from "./graphql-endpoint.ts";
import { mayIntrospect } from "./introspection.ts";
import { isKnownOrigin } from "./known-origin.ts";
import { originOf } from "./request-origin.ts";
import { type SocketConnection, serveSocket, socketProtocol } from "./serve-socket.ts";
import { hasUnread, limitTraffic, untilRead } from "./socket-traffic.ts";
import { untilAccessEnds } from "./until-access-ends.ts";

/** Milliseconds a client has to answer a close, before its connection is cut. */
const closeTimeout = 2_000;

type Params = Record<string, unknown> | undefined;
interface SocketState extends SocketConnection {
  viewer?: Viewer;
  /** Gives back what an open socket holds. */
  leave?: () => void;
  /** From where the client came. */
  origin?: RequestOrigin;
}
type Socket = SocketContext<Params, SocketState>;

/** Serves websockets on `/graphql`. The answer closes them all with 1012, and is called before the server closes. */
export function registerGraphqlSocket(
  app: FastifyInstance,
  schema: GraphQLSchema,
  options: EndpointOptions,
): () => Promise<void> {
  const { config, log } = options.services;
  // NOTE The library knows `closeTimeout`, its types do not yet.
  const socketOptions = {
    ...{ noServer: true, maxPayload: config.MAX_SOCKET_MESSAGE_BYTES, closeTimeout },
    // A client that offers something else is let in, to be closed with 4406: a page cannot read why an upgrade was refused.
    handleProtocols: (offered: Set<string>) => offered.has(socketProtocol) && socketProtocol,
  };
  const sockets = new WebSocketServer(socketOptions);

  const server = makeServer<Params, SocketState>({
    schema,
    connectionInitWaitTimeout: config.SOCKET_INIT_SECONDS * 1_000,
    onConnect: (socket) => admit(socket, options),
    onSubscribe: (socket, _id, payload) => gate(socket, payload, schema, options),
    onNext: async ({ extra }, _id, _payload, _args, { data, errors }) => {
      await untilRead(extra.socket);
      return (
        errors && {
          ...(data !== undefined && { data }),
          errors: errors.map((error) => formatError(error, log).toJSON()),
        }
      );
    },
    onError: (_socket, _id, _payload, errors) =>
      errors.map((error) => (error instanceof GraphQLError ? formatError(error, log).toJSON() : error)),
    onClose: ({ extra }) => extra.leave?.(),
  });
  const serving = { pingInterval: config.SOCKET_PING_SECONDS * 1_000, log };

  const upgrade = (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    const [path] = (request.url ?? "").split("?");
    if (path !== "/graphql") return reject(connection, 404, "Websockets are served on /graphql.");
    if (!isKnownOrigin(request.headers, config))
      return reject(connection, 403, "This origin is not on the server's list (CORS_ORIGINS).");
    sockets.handleUpgrade(request, connection, head, (socket: WebSocket) => {
      limitTraffic(socket, config.SOCKET_MESSAGES_PER_SECOND);
      serveSocket(server, { socket, request }, serving);
    });
  };
  app.server.on("upgrade", upgrade);

  return async () => {
    app.server.off("upgrade", upgrade);
    for (const socket of sockets.clients) socket.close(1012, "The server restarts.");
    // Waits for the clients' answers, at most `closeTimeout`.
    await new Promise<void>((resolve) => {
      sockets.close(() => resolve());
    });
  };
}

/** Lets a client in, or closes its socket with the reason. */
async function admit(socket: Socket, options: EndpointOptions): Promise<boolean> {
  const { config } = options.services;
  const { socket: connection } = socket.extra;
  const origin = originOf(socket.extra.request, config.TRUST_PROXY);
  socket.extra.origin = origin;
  const who = await authenticate(
    options,
    socket.connectionParams?.["authorization"] ?? socket.connectionParams?.["Authorization"],
    origin,
  );
  // Whoever hung up meanwhile is not let in: nobody would see them leave.
  if (connection.readyState !== connection.OPEN) return false;
  if (who.kind !== "viewer") {
    const message = who.kind === "anonymous" ? "Sign in first: send `authorization` in connection_init." : who.message;
    connection.close(who.kind === "expired" ? 4403 : 4401, closeReason(message));
    return false;
  }
  const giveBack = options.connections.take(who.viewer.userId);
  if (giveBack === null) {
    const most = config.MAX_SOCKETS_PER_USER;
    // "Try again later", which clients do: a laptop that wakes up still holds sockets that nobody reads any more.
    connection.close(1013, closeReason(`You have ${most} sockets open; this server allows ${most}.`));
    return false;
  }
  socket.extra.viewer = who.viewer;
  const stopWaiting = untilAccessEnds(options.services, who, (how) => {
    if (how === "expired") connection.close(4403, "The access token has expired.");
    else connection.close(4401, "This session was ended. Sign in again.");
  });
  socket.extra.leave = () => {
    giveBack();
    stopWaiting();
  };
  return true;
}

const unknownOrigin: RequestOrigin = { address: null, device: null };

const payloadShape = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
});

/** Lets one operation through, or says what is wrong with it; the socket stays open either way. */
function gate(
  socket: Socket,
  payload: unknown,
  schema: GraphQLSchema,
  { services, accessTokens, prepare }: EndpointOptions,
): ExecutionArgs | GraphQLError[] {
  const viewer = socket.extra.viewer ?? null;
  const { config } = services;
  const { socket: connection } = socket.extra;
  // What a client said after its farewell, or ours, is not done any more.
  if (connection.readyState !== connection.OPEN)
    return [new RequestError("The socket is being closed.", "BAD_REQUEST")];
  if (hasUnread(connection)) {
    return [new RequestError("More than a mebibyte of answers waits for you. Read them first.", "LIMIT_EXCEEDED")];
  }
  const running = Object.keys(socket.subscriptions).length;
  if (running > config.MAX_OPERATIONS_PER_SOCKET) {
    return [
      new RequestError(
        `This socket has ${running - 1} operations running; the server allows ${config.MAX_OPERATIONS_PER_SOCKET}.`,
        "LIMIT_EXCEEDED",
      ),
    ];
  }
  const operation = payloadShape.safeParse(payload);
  if (!operation.success)
    return [new RequestError("The payload of `subscribe` is not a GraphQL request.", "BAD_REQUEST")];
  const prepared = prepare(operation.data, { introspection: mayIntrospect(config, viewer) });
  if (!prepared.ok) return [...prepared.errors];
  const { origin = unknownOrigin } = socket.extra;
  const eventPosition = services.events.position();
  const contextValue: Context = { services, accessTokens, viewer, origin, refreshCookie: null, eventPosition };
  const { operationName, variables } = operation.data;
  return {
    schema,
    document: prepared.document,
    operationName: operationName ?? null,
    variableValues: variables ?? null,
    contextValue,
  };
}

/** A close frame carries at most 123 bytes of reason. */
const closeReason = (message: string) => Buffer.from(message).subarray(0, 120).toString();

/** Answers a request for a websocket in plain HTTP and hangs up. */
function reject(connection: Duplex, status: 403 | 404, message: string): void {
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "connection: close",
    "content-type: text/plain; charset=utf-8",
    `content-length: ${Buffer.byteLength(message)}`,
  ];
  // Nobody else listens on an upgraded connection: unheard, a client that hangs up first would end the process.
  connection.on("error", () => connection.destroy());
  connection.once("finish", () => connection.destroy());
  connection.end(`${head.join("\r\n")}\r\n\r\n${message}`);
}
