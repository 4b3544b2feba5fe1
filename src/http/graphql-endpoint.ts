/** GraphQL over HTTP: reads the request, lets it through the gates, has Mercurius execute it, and negotiates the answer. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ExecutionResult, GraphQLError } from "graphql";
// For its declaration of `reply.graphql`.
import type {} from "mercurius";
import { z } from "zod";
import type { AccessTokens, Context, Viewer } from "../graphql/context.ts";
import { formatError } from "../graphql/format-error.ts";
import type { OperationRequest, Prepare } from "../graphql/prepare.ts";
import { RequestError } from "../graphql/request-errors.ts";
import { type ErrorCode, UnauthenticatedError } from "../infra/errors.ts";
import type { Services } from "../services.ts";
import { authenticate } from "./authenticate.ts";
import { createFormPlaces, type FormPlaces } from "./form-places.ts";
import { mayIntrospect } from "./introspection.ts";
import { withUploads } from "./multipart-request.ts";
import type { OpenConnections } from "./open-connections.ts";
import { refreshCookieOf } from "./refresh-cookie.ts";
import { originOf } from "./request-origin.ts";
import { FormRefusal } from "./upload-map.ts";

const noObject = "The body must be one JSON object with a `query`; batches are not taken.";
const parameters = z.object(
  {
    query: z.string({ error: "`query` must be a text: the GraphQL document." }).min(1, "`query` is empty."),
    operationName: z.string({ error: "`operationName` must be a text or null." }).nullish(),
    variables: z.record(z.string(), z.unknown(), { error: "`variables` must be an object or null." }).nullish(),
    extensions: z.record(z.string(), z.unknown(), { error: "`extensions` must be an object or null." }).nullish(),
  },
  noObject,
);

const json = z.string().transform((text, context) => {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    context.addIssue("must be JSON");
    return z.NEVER;
  }
});
const queryString = z.object({
  query: z.unknown().optional(),
  operationName: z.unknown().optional(),
  variables: json.optional(),
  extensions: json.optional(),
});

/** What the endpoint needs. */
export interface EndpointOptions {
  readonly services: Services;
  readonly accessTokens: AccessTokens;
  readonly prepare: Prepare;
  /** Those of each user that last: websockets and event streams. */
  readonly connections: OpenConnections;
}

/** A request that only reads (GET, HEAD) asked for a change. */
class PostNeededError extends RequestError {
  constructor() {
    super("A mutation needs a POST request.", "BAD_REQUEST");
  }
}

const responseType = "application/graphql-response+json";
const legacyType = "application/json";

/** Registers `POST /graphql` for JSON and for forms with files, and `GET /graphql` for queries that a browser cannot be tricked into sending. */
export function registerGraphqlEndpoint(app: FastifyInstance, options: EndpointOptions): void {
  const { config } = options.services;
  const places = createFormPlaces();

  app.post("/graphql", { bodyLimit: config.MAX_BODY_BYTES }, async (request, reply) => {
    if (request.isMultipart()) return answerForm(request, reply, { ...options, places });
    const type = request.headers["content-type"] ?? "";
    if (!isJson(type)) {
      return refuse(
        reply,
        415,
        `The body is ${type === "" ? "of no declared type" : type}. Send \`content-type: application/json\`.`,
      );
    }
    return answer(request, reply, request.body, options);
  });

  app.get("/graphql", async (request, reply) => {
    if (sentByAnotherSite(request)) {
      return refuse(
        reply,
        400,
        "A page of another site needs the header `graphql-require-preflight: 1` (any value) on a GET request, or a POST.",
      );
    }
    const read = queryString.safeParse(request.query);
    if (!read.success) return refuse(reply, 400, "`variables` and `extensions` in the address must be JSON.");
    return answer(request, reply, read.data, options);
  });
}

/**
 * Whether a page of another site may have made a browser send this without asking us first. Browsers say where a request
 * comes from (Fetch Metadata), and ask first (CORS) before they send a header of the page's own.
 */
function sentByAnotherSite({ headers }: FastifyRequest): boolean {
  const asked = headers["graphql-require-preflight"] !== undefined || isJson(headers["content-type"]);
  const site = headers["sec-fetch-site"];
  return !asked && (headers.origin !== undefined || (site !== undefined && site !== "same-origin" && site !== "none"));
}

const isJson = (contentType: string | undefined): boolean => /^application\/json\s*(;|$)/i.test(contentType ?? "");

/** A form may carry files, and a browser sends it for any page, unasked: so it needs a header of the sender's own. */
async function answerForm(
  request: FastifyRequest,
  reply: FastifyReply,
  { places, ...options }: EndpointOptions & { readonly places: FormPlaces },
): Promise<FastifyReply> {
  if (request.headers["graphql-require-preflight"] === undefined) {
    return refuse(reply, 400, "A form needs the header `graphql-require-preflight: 1` (any value).");
  }
  // Whoever may not ask need not send: nothing of theirs reaches the disk.
  const origin = originOf(request.raw, options.services.config.TRUST_PROXY);
  const who = await authenticate(options, request.headers.authorization, origin);
  if (who.kind !== "viewer") {
    const message = who.kind === "anonymous" ? new UnauthenticatedError().message : who.message;
    return refuse(reply, 401, message, "UNAUTHENTICATED");
  }
  const leave = places.take(who.viewer.userId);
  if (leave === null) {
    reply.headers({ "retry-after": "5", connection: "close" });
    return refuse(reply, 503, "Too many forms are being sent. Try again in 5 s.", "OVERLOADED");
  }
  try {
    return await withUploads(request, options.services.config, (body) => answer(request, reply, body, options));
  } catch (error) {
    if (!(error instanceof FormRefusal)) throw error;
    if (error.unread) reply.header("connection", "close");
    return await refuse(reply, error.status, error.message, error.code);
  } finally {
    leave();
  }
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  body: unknown,
  options: EndpointOptions,
): Promise<FastifyReply> {
  const accepted = negotiate(request.headers.accept);
  if (accepted === null) return refuse(reply, 406, `This endpoint answers ${responseType} and ${legacyType}.`);
  const read = parameters.safeParse(body);
  if (!read.success) return refuse(reply, 400, read.error.issues.map((issue) => issue.message).join(" "));
  const result = await run(request, reply, read.data, options);
  const status = httpStatus(result, accepted);
  const retryAfter = result.errors?.find((error) => error.extensions["code"] === "OVERLOADED")?.extensions;
  if (typeof retryAfter?.["retryAfter"] === "number") reply.header("retry-after", retryAfter["retryAfter"]);
  if (status === 405) reply.header("allow", "POST");
  return reply
    .code(status)
    .type(`${accepted}; charset=utf-8`)
    .header("cache-control", "no-store")
    .send(JSON.stringify(result));
}

async function run(
  request: FastifyRequest,
  reply: FastifyReply,
  operation: OperationRequest,
  options: EndpointOptions,
): Promise<ExecutionResult> {
  const { services, accessTokens, prepare } = options;
  const origin = originOf(request.raw, services.config.TRUST_PROXY);
  const who = await authenticate(options, request.headers.authorization, origin);
  if ("message" in who) return { errors: [new RequestError(who.message, "UNAUTHENTICATED")] };
  const viewer: Viewer | null = who.kind === "viewer" ? who.viewer : null;
  const prepared = prepare(operation, { introspection: mayIntrospect(services.config, viewer) });
  if (!prepared.ok) return { errors: prepared.errors };
  const kind = prepared.operation.operation;
  if (kind === "subscription") {
    return {
      errors: [
        new RequestError(
          "Subscriptions run over a websocket (graphql-transport-ws) on this same path, or as an event stream on /graphql/stream.",
          "BAD_REQUEST",
        ),
      ],
    };
  }
  if (request.method !== "POST" && kind === "mutation") return { errors: [new PostNeededError()] };
  const eventPosition = services.events.position();
  const refreshCookie = refreshCookieOf(request, reply, services.config);
  const context: Context = { services, accessTokens, viewer, origin, refreshCookie, eventPosition };
  const started = performance.now();
  const result = await execute(reply, operation, context);
  const name = prepared.operation.name?.value ?? null;
  request.log.debug(
    { operation: name, kind, ms: Math.round(performance.now() - started), errors: result.errors?.length ?? 0 },
    "operation",
  );
  return result;
}

/** Mercurius executes; what it throws before execution (variables that do not fit) is an answer like any other. */
async function execute(
  reply: FastifyReply,
  { query, variables, operationName }: OperationRequest,
  context: Context,
): Promise<ExecutionResult> {
  const { log } = context.services;
  try {
    const result = await reply.graphql(query, { ...context }, { ...variables }, operationName ?? undefined);
    const errors: readonly GraphQLError[] | undefined = result.errors;
    return errors === undefined ? result : { ...result, errors: errors.map((error) => formatError(error, log)) };
  } catch (error) {
    const errors = z.object({ errors: z.array(z.custom<GraphQLError>()) }).safeParse(error);
    if (!errors.success) throw error;
    return { errors: errors.data.errors.map((found) => formatError(found, log)) };
  }
}

/** The media type to answer in; null when the client takes neither. Clients that say nothing get the older type. */
function negotiate(accept: string | undefined): typeof responseType | typeof legacyType | null {
  const ranges = (accept ?? "*/*").split(",").map((range) => range.split(";")[0]?.trim().toLowerCase());
  if (ranges.includes(responseType)) return responseType;
  return ranges.some((range) => range === legacyType || range === "*/*" || range === "application/*")
    ? legacyType
    : null;
}

/**
 * GraphQL over HTTP: with the newer type the status tells a request that did not run (no `data`) from one that did; with the
 * older one a well-formed request is always 200. A busy server is 503 on both, so that proxies and clients back off.
 */
function httpStatus(result: ExecutionResult, type: string): number {
  const codes = result.errors?.map((error) => error.extensions["code"]) ?? [];
  if (codes.includes("OVERLOADED")) return 503;
  if (result.errors?.[0] instanceof PostNeededError) return 405;
  if (type === legacyType || result.data !== undefined || result.errors === undefined) return 200;
  return codes.includes("UNAUTHENTICATED") ? 401 : 400;
}

function refuse(reply: FastifyReply, status: number, message: string, code: ErrorCode = "BAD_REQUEST"): FastifyReply {
  return reply
    .code(status)
    .type(`${legacyType}; charset=utf-8`)
    .send(JSON.stringify({ errors: [new RequestError(message, code)] }));
}
