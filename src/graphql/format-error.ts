import { randomUUID } from "node:crypto";
import { GraphQLError } from "graphql";
import { DomainError, OverloadedError } from "../infra/errors.ts";
import type { Logger } from "../infra/log.ts";

/**
 * What a client may see of an error: a known failure keeps its message and code; anything else is a bug, is logged with an
 * id, and reaches the client as that id alone. No stack, statement, path or library text leaves.
 */
export function formatError(error: GraphQLError, log: Pick<Logger, "error">): GraphQLError {
  const cause = error.originalError;
  if (cause instanceof DomainError) {
    const retry = cause instanceof OverloadedError ? { retryAfter: cause.retryAfter } : {};
    // GraphQL's own text around an unreadable argument says where it stands.
    const message = cause.code === "BAD_USER_INPUT" ? error.message : cause.message;
    return masked(error, message, { code: cause.code, ...retry });
  }
  // Errors that GraphQL itself makes (parsing, validation, variables) have no cause, or one of their own kind.
  if (cause === undefined || cause === null || cause instanceof GraphQLError) {
    return masked(error, error.message, { ...error.extensions, code: error.extensions["code"] ?? "BAD_USER_INPUT" });
  }
  const errorId = randomUUID();
  log.error({ err: cause, errorId, path: error.path }, "a resolver failed");
  return masked(error, `Something went wrong on our side. Tell the operator this id: ${errorId}`, {
    code: "INTERNAL",
    errorId,
  });
}

function masked(error: GraphQLError, message: string, extensions: Readonly<Record<string, unknown>>): GraphQLError {
  return new GraphQLError(message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    path: error.path ?? null,
    extensions,
  });
}
