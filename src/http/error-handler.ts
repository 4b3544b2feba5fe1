import { randomUUID } from "node:crypto";
import type { FastifyError, FastifyInstance } from "fastify";
import { RequestError } from "../graphql/request-errors.ts";
import type { ErrorCode } from "../infra/errors.ts";

/**
 * Answers what goes wrong outside GraphQL in the form that GraphQL clients read. A fault of the client is told; a fault of
 * ours is logged with an id, and only the id leaves.
 */
export function registerErrorHandler(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) {
      const errorId = randomUUID();
      request.log.error(
        { err: error, errorId, method: request.method, path: request.routeOptions.url },
        "a request failed",
      );
      return reply
        .code(500)
        .send(body(`Something went wrong on our side. Tell the operator this id: ${errorId}`, "INTERNAL", { errorId }));
    }
    if (status === 413) {
      return reply
        .code(413)
        .send(
          body(
            `The request body is larger than the ${app.initialConfig.bodyLimit} bytes this server allows.`,
            "LIMIT_EXCEEDED",
          ),
        );
    }
    return reply.code(status).send(body(error.message, "BAD_REQUEST"));
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?")[0] ?? "";
    return reply
      .code(404)
      .send(
        body(`There is nothing at ${request.method} ${path.slice(0, 200)}. The API is POST /graphql.`, "NOT_FOUND"),
      );
  });
}

const body = (message: string, code: ErrorCode, extensions: Readonly<Record<string, unknown>> = {}) => ({
  errors: [new RequestError(message, code, extensions).toJSON()],
});
