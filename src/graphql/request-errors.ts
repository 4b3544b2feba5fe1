/** Failures of a request as a whole, before any field is resolved. */
import { GraphQLError } from "graphql";
import type { ErrorCode } from "../infra/errors.ts";

/** A top-level error with a code from the closed list. */
export class RequestError extends GraphQLError {
  constructor(message: string, code: ErrorCode, extensions: Readonly<Record<string, unknown>> = {}) {
    super(message, { extensions: { code, ...extensions } });
  }
}

/** The operation is larger than this server allows. */
export class LimitExceededError extends RequestError {
  constructor(limit: string, found: number, allowed: number) {
    super(
      `The operation is too large (${limit}: ${found}); this server allows ${allowed}. Ask for less at a time.`,
      "LIMIT_EXCEEDED",
      {
        limit,
        found,
        allowed,
      },
    );
  }
}

/** What was found makes the answer larger than this server allows, though the operation looked small enough. */
export class AnswerTooLargeError extends RequestError {
  constructor(found: number, allowed: number) {
    super(
      `What there is to tell makes the answer too large (fields: ${found} and more); this server allows ${allowed}. Ask for a shorter range, fewer entries, or less of each.`,
      "LIMIT_EXCEEDED",
      { limit: "answerFields", found, allowed },
    );
  }
}
