import { randomUUID } from "node:crypto";
import { GraphQLError } from "graphql";
import { DomainError, NotFoundError, OverloadedError, ValidationError } from "../infra/errors.ts";
import type { Logger } from "../infra/log.ts";

/**
 * What a client may see of an error: a known failure keeps its message and code; anything else is a bug, is logged with an
 * id, and reaches the client as that id alone. No stack, statement, path or library text leaves.
 */
export function formatError(error: GraphQLError, log: Pick<Logger, "error">): GraphQLError {
  const cause = error.originalError;
  if (cause instanceof DomainError) {
    const retry = cause instanceof OverloadedError ? { retryAfter: cause.retryAfter } : {};
    // Queries have no union to tell them in.
    const broken = issuesOf(cause);
    // GraphQL's own text around an unreadable argument says where it stands.
    const message = cause.code === "BAD_USER_INPUT" ? error.message : cause.message;
    return masked(error, message, { code: cause.code, ...retry, ...broken });
  }
  if (isAboutTheRequest(error)) {
    return masked(error, error.message, { ...error.extensions, code: error.extensions["code"] ?? "BAD_USER_INPUT" });
  }
  const errorId = randomUUID();
  log.error({ err: cause ?? error, errorId, path: error.path }, "a resolver failed");
  return masked(error, `Something went wrong on our side. Tell the operator this id: ${errorId}`, {
    code: "INTERNAL",
    errorId,
  });
}

function issuesOf(cause: DomainError): object {
  if (cause instanceof ValidationError) return { issues: cause.issues };
  if (!(cause instanceof NotFoundError) || cause.inputPath === null) return {};
  return { issues: [{ path: cause.inputPath, code: cause.code, message: cause.message }] };
}

/**
 * Whether GraphQL itself found fault with the request. Its errors have no cause or one of their own kind, but so have those
 * about our answers (a number too large for `Int`), which differ only in that they stand at a path; of those at a path, only
 * the ones about arguments are the client's.
 */
function isAboutTheRequest({ originalError: cause, path, message, extensions }: GraphQLError): boolean {
  if (cause !== undefined && cause !== null && !(cause instanceof GraphQLError)) return false;
  return extensions["code"] !== undefined || path === undefined || message.startsWith('Argument "');
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
