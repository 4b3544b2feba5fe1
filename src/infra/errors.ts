/**
 * Expected failures: what a person may cause and can act on. A verb throws one inside its transaction, which rolls back;
 * the GraphQL floor turns it into a typed result. Everything else that is thrown is a bug and is masked.
 */

/** Codes that typed results and top-level errors carry. The list is closed: clients may switch over it. */
export const errorCodes = {
  VALIDATION_FAILED: "The input breaks a rule; `issues` says which one, where, and what is allowed.",
  NOT_FOUND: "There is no such thing, or it is not yours: the two look alike.",
  FORBIDDEN: "You can see it, but your role or token does not allow this.",
  CONFLICT: "The thing is in a state that does not allow this.",
  VERSION_CONFLICT: "Somebody changed it since you read it.",
  IMAGE_NOT_APPROVED: "A picture of the post is not approved.",
  POST_NOT_APPROVED: "Somebody has to approve the post first.",
  DUPLICATE_POST:
    "An account had, or will have, a post with the same text and pictures; `allowDuplicate: true` publishes it all the same.",
  PLATFORM_UNAVAILABLE: "The platform could not be asked; nothing was changed. Try again later.",
  QUEUE_FULL: "An account has no free slot in the next 60 days.",
  IMAGE_QUEUE_FULL: "The workspace has as many pictures waiting to be made as it may.",
  INVALID_CREDENTIALS: "E-mail address and password do not match an account.",
  EMAIL_TAKEN: "An account with this e-mail address exists.",
  WRONG_PASSWORD: "The current password is another one.",
  INVALID_REFRESH_TOKEN: "The refresh token does not count (any more). Sign in again.",
  INVALID_LINK: "The mailed link has expired, was used, or was replaced by a later one.",
  RATE_LIMITED: "It was tried too often. Try again after `retryAfter` seconds.",
  IDEMPOTENCY_KEY_REUSED: "The idempotency key was used before, with other input.",
  UNAUTHENTICATED: "Sign in first: the access token is missing, malformed or expired.",
  BAD_USER_INPUT: "An argument cannot be read.",
  RESYNC_REQUIRED:
    "What was missed is forgotten, or too much to tell. Subscribe without `after` and start from the snapshot.",
  LIMIT_EXCEEDED: "The operation is larger than this server allows.",
  OVERLOADED: "The server is busy. Try again after the given number of seconds.",
  GRAPHQL_PARSE_FAILED: "The document is not GraphQL.",
  GRAPHQL_VALIDATION_FAILED: "The document does not fit the schema.",
  BAD_REQUEST: "The HTTP request or socket message is not a GraphQL request.",
  INTERNAL: "A fault of ours. It is logged under `errorId`.",
} as const;

/** One of the closed list of error codes. */
export type ErrorCode = keyof typeof errorCodes;

/** An expected failure with a code from the closed list and a message for the person who caused it. */
export abstract class DomainError extends Error {
  abstract readonly code: ErrorCode;

  override get name(): string {
    return this.constructor.name;
  }
}

/** One broken rule. `path` leads to the value in the input, list positions included: `["images", "0", "altText"]`. */
export interface ValidationIssue {
  readonly path: readonly string[];
  /** Stable and machine-readable, in upper case: `TOO_LONG`, `IN_THE_PAST`. */
  readonly code: string;
  /** What was found and what is allowed. */
  readonly message: string;
}

/** Input that breaks rules; all of them are listed at once. */
export class ValidationError extends DomainError {
  readonly code = "VALIDATION_FAILED";
  readonly issues: readonly ValidationIssue[];

  constructor(issues: readonly ValidationIssue[]) {
    super(issues.map((issue) => issue.message).join(" "));
    this.issues = issues;
  }
}

/** The thing does not exist or belongs to somebody else. Both read alike, so that ids cannot be probed. */
export class NotFoundError extends DomainError {
  readonly code = "NOT_FOUND";
  // NOTE Not `path`: graphql-js takes whatever is thrown with one for an error of its own.
  /** Leads to the id in the input where that holds several; null where there is no doubt which one is meant. */
  readonly inputPath: readonly string[] | null;

  /** `what` is the noun of the glossary: "image", "post". */
  constructor(what: string, inputPath: readonly string[] | null = null) {
    super(`There is no such ${what}, or you cannot see it.`);
    this.inputPath = inputPath;
  }
}

/** The caller can see the thing but may not do this. */
export class ForbiddenError extends DomainError {
  readonly code = "FORBIDDEN";
}

/** The thing's state does not allow this. */
export class ConflictError extends DomainError {
  readonly code = "CONFLICT";
}

/** `expectedVersion` did not match. */
export class VersionConflictError extends DomainError {
  readonly code = "VERSION_CONFLICT";
  readonly currentVersion: number;

  constructor(what: string, expected: number, currentVersion: number) {
    super(
      `You edited version ${expected} of this ${what}, but it is at version ${currentVersion} now. Read it again and repeat the change.`,
    );
    this.currentVersion = currentVersion;
  }
}

/** The same idempotency key arrived with other input. */
export class IdempotencyKeyReusedError extends DomainError {
  readonly code = "IDEMPOTENCY_KEY_REUSED";

  constructor() {
    super("This idempotency key was used before with other input. Use a fresh key for a new request.");
  }
}

/** Nobody is signed in. */
export class UnauthenticatedError extends DomainError {
  readonly code = "UNAUTHENTICATED";

  constructor(message = "Sign in first: send `Authorization: Bearer <access token>`.") {
    super(message);
  }
}

/** An argument that cannot even be read, such as a damaged cursor. */
export class BadUserInputError extends DomainError {
  readonly code = "BAD_USER_INPUT";
}

/** Something was tried too often; it may be tried again after `retryAfter` seconds. */
export class TooManyAttemptsError extends DomainError {
  readonly code = "RATE_LIMITED";
  readonly retryAfter: number;

  constructor(retryAfter: number) {
    super(`That was too often for now. Try again in ${inWords(retryAfter)}.`);
    this.retryAfter = retryAfter;
  }
}

const inWords = (seconds: number) => (seconds <= 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} minutes`);

/** A bounded resource is full; asking again after `retryAfter` seconds helps. */
export class OverloadedError extends DomainError {
  readonly code = "OVERLOADED";
  readonly retryAfter: number;

  constructor(retryAfter: number) {
    super(`The server is busy. Try again in ${retryAfter} s.`);
    this.retryAfter = retryAfter;
  }
}
