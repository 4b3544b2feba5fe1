/**
 * GraphQL over server-sent events: graphql-sse's protocol, "distinct connections" mode, behind the same gates as HTTP and the
 * websocket. Each event's `id` is its cursor, so that a browser that reconnects by itself resumes without a gap.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type ExecutionArgs, type ExecutionResult, execute, type GraphQLError, type GraphQLSchema } from "graphql";
import { createHandler } from "graphql-sse";
import { z } from "zod";
import type { Context, Viewer } from "../graphql/context.ts";
import { formatError } from "../graphql/format-error.ts";
import { RequestError } from "../graphql/request-errors.ts";
import type { RequestOrigin } from "../infra/audit.ts";
import { type ErrorCode, UnauthenticatedError } from "../infra/errors.ts";
import { type Authentication, authenticate, authenticateTicket } from "./authenticate.ts";
import { type EventStreamResponse, openEventStreamResponse } from "./event-stream-response.ts";
import type { EndpointOptions } from "./graphql-endpoint.ts";
import { mayIntrospect } from "./introspection.ts";
import { isKnownOrigin } from "./known-origin.ts";
import { originOf } from "./request-origin.ts";
import { subscribeWithCursors } from "./subscribe-with-cursors.ts";
import { untilAccessEnds } from "./until-access-ends.ts";

const path = "/graphql/stream";
const eventStream = "text/event-stream";
const eventStreamHeaders = {
  "content-type": `${eventStream}; charset=utf-8`,
  "cache-control": "no-store",
  // Nothing comes behind a stream, and a connection kept for it would hold up a stop.
  connection: "close",
  // Proxies of the nginx kind would hold events back.
  "x-accel-buffering": "no",
};

const streamQuery = z.object({ ticket: z.string().optional() });
const streamHeaders = z.object({ "last-event-id": z.string().min(1).optional() });

/** Serves `GET` and `POST /graphql/stream`. The answer ends all streams, and is called before the server closes. */
export function registerGraphqlStream(
  app: FastifyInstance,
  schema: GraphQLSchema,
  options: EndpointOptions,
): () => void {
  const open = new Set<EventStreamResponse>();
  const serve = (request: FastifyRequest, reply: FastifyReply) =>
    serveStream(request, reply, { schema, options, open });
  app.get(path, serve);
  app.post(path, { bodyLimit: options.services.config.MAX_BODY_BYTES }, serve);
  return () => {
    for (const response of open) response.end();
  };
}

interface StreamOptions {
  readonly schema: GraphQLSchema;
  readonly options: EndpointOptions;
  readonly open: Set<EventStreamResponse>;
}

async function serveStream(request: FastifyRequest, reply: FastifyReply, { schema, options, open }: StreamOptions) {
  const { services, connections } = options;
  const { config } = services;
  if (!isKnownOrigin(request.headers, config))
    return refuse(reply, 403, "This origin is not on the server's list (CORS_ORIGINS).");
  if (!(request.headers.accept ?? "").includes(eventStream))
    return refuse(reply, 406, `This endpoint answers ${eventStream}; say so in \`accept\`.`);
  const origin = originOf(request.raw, config.TRUST_PROXY);
  const { ticket } = streamQuery.parse(request.query);
  const who =
    ticket === undefined
      ? await authenticate(options, request.headers.authorization, origin)
      : authenticateTicket(options, ticket, origin);
  if (who.kind !== "viewer") return refuse(reply, 401, reasonOf(who), "UNAUTHENTICATED");
  // Nobody would see them leave.
  if (reply.raw.closed) return reply.hijack();
  const giveBack = connections.take(who.viewer.userId);
  if (giveBack === null) {
    const most = config.MAX_SOCKETS_PER_USER;
    return refuse(reply, 429, `You have ${most} sockets open; this server allows ${most}.`, "LIMIT_EXCEEDED");
  }
  reply.hijack();
  const response = openEventStreamResponse(reply.raw, 2 * config.SOCKET_PING_SECONDS * 1_000);
  open.add(response);
  const stopWaiting = untilAccessEnds(services, who, response.end);
  reply.raw.once("close", () => {
    open.delete(response);
    stopWaiting();
    giveBack();
  });
  try {
    const operation = { viewer: who.viewer, origin, onlyListens: ticket !== undefined };
    await answer(request, reply, { schema, options, response, operation });
  } catch (error) {
    request.log.error({ err: error }, "an event stream failed");
    reply.raw.destroy();
  }
  return reply;
}

const reasonOf = (who: Exclude<Authentication, { kind: "viewer" }>): string =>
  who.kind === "anonymous" ? new UnauthenticatedError().message : who.message;

/** Who asks, and whether all they may do is subscribe. */
interface Listener {
  readonly viewer: Viewer;
  readonly origin: RequestOrigin;
  readonly onlyListens: boolean;
}

interface AnswerOptions {
  readonly schema: GraphQLSchema;
  readonly options: EndpointOptions;
  readonly response: EventStreamResponse;
  readonly operation: Listener;
}

/** Has the library read the request and run the operation, and sends what it says. */
async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { schema, options, response, operation }: AnswerOptions,
): Promise<void> {
  const { log } = options.services;
  const cursors = new WeakMap<object, string>();
  const handle = createHandler({
    // Each request is a connection of its own: none is looked for.
    authenticate: () => "",
    validate: () => [],
    onSubscribe: (_request, { query, variables, operationName }) => {
      const asked = { query: query ?? "", variables, operationName };
      const allowed = gate(request, asked, { schema, options, operation });
      return Array.isArray(allowed)
        ? onlyErrors(allowed)
        : // A copy, because the library's type wants a plain record.
          { ...allowed, contextValue: { ...allowed.contextValue } };
    },
    subscribe: (args) => subscribeWithCursors(args, (result, cursor) => void cursors.set(result, cursor)),
    execute: (args) => execute(args),
    onNext: async (_context, _request, result) => {
      await response.admit(cursors.get(result));
      return result.errors && { ...result, errors: result.errors.map((error) => formatError(error, log)) };
    },
  });
  const [body, init] = await handle({
    ...{ method: request.method, url: request.url, raw: request.raw, context: undefined },
    headers: { get: (name) => (name === "accept" ? eventStream : String(request.headers[name] ?? "")) },
    body: z.record(z.string(), z.unknown()).catch({}).parse(request.body),
  });
  const isStream = typeof body === "object" && body !== null;
  reply.raw.writeHead(init.status, { ...headersOf(reply), ...(isStream ? eventStreamHeaders : init.headers) });
  if (isStream) await response.send(body);
  else reply.raw.end(body);
}

/** What plugins said to send along, such as the CORS headers. */
const headersOf = (reply: FastifyReply): Record<string, string> =>
  Object.fromEntries(Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]));

interface Operation {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** An operation that may run. */
type Gated = ExecutionArgs & { contextValue: Context };

/** Lets an operation through, or says what is wrong with it. */
function gate(
  request: FastifyRequest,
  asked: Operation,
  { schema, options, operation }: Omit<AnswerOptions, "response">,
): Gated | GraphQLError[] {
  const { services, accessTokens, prepare } = options;
  const { viewer, origin, onlyListens } = operation;
  const prepared = prepare(asked, { introspection: mayIntrospect(services.config, viewer) });
  if (!prepared.ok) return [...prepared.errors];
  const kind = prepared.operation.operation;
  if (onlyListens && kind !== "subscription")
    return [new RequestError(`A ticket only listens; this is a ${kind}. Send an access token.`, "BAD_REQUEST")];
  if (request.method === "GET" && kind === "mutation")
    return [new RequestError("A mutation needs a POST request.", "BAD_REQUEST")];
  const { "last-event-id": lastEventId } = streamHeaders.parse(request.headers);
  const contextValue: Context = {
    ...{ services, accessTokens, viewer, origin, refreshCookie: null },
    eventPosition: services.events.position(),
    ...(lastEventId !== undefined && { lastEventId }),
  };
  return {
    ...{ schema, document: prepared.document, contextValue },
    operationName: asked.operationName ?? null,
    variableValues: asked.variables ?? null,
  };
}

/** The protocol tells request errors inside the stream, where `EventSource` can read them. */
async function* onlyErrors(errors: readonly GraphQLError[]): AsyncGenerator<ExecutionResult, void, void> {
  yield { errors };
}

function refuse(reply: FastifyReply, status: number, message: string, code: ErrorCode = "BAD_REQUEST"): FastifyReply {
  return reply
    .code(status)
    .type("application/json; charset=utf-8")
    .send(JSON.stringify({ errors: [new RequestError(message, code)] }));
}
