/** The error types of typed results. Slices add their own beside these, each implementing the same interface. */
import {
  ConflictError,
  type DomainError,
  type ErrorCode,
  errorCodes,
  ForbiddenError,
  IdempotencyKeyReusedError,
  NotFoundError,
  TooManyAttemptsError,
  ValidationError,
  type ValidationIssue,
  VersionConflictError,
} from "../infra/errors.ts";
import { builder } from "./builder.ts";

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `fromEntries` forgets the names of the keys
const errorCodeValues = Object.fromEntries(
  Object.entries(errorCodes).map(([code, description]) => [code, { description }]),
) as { [code in ErrorCode]: { description: string } };

const ErrorCodeEnum = builder.enumType("ErrorCode", {
  description: "Why something did not happen. The list is closed; switch over it.",
  values: errorCodeValues,
});

const ErrorInterface = builder.interfaceRef<DomainError>("Error").implement({
  description: "A failure that you can act on.",
  fields: (t) => ({
    code: t.expose("code", { type: ErrorCodeEnum, description: "For programs." }),
    message: t.exposeString("message", { description: "For people: what was found, what is allowed, what to do." }),
  }),
});

/** For what tells issues without failing. */
export const ValidationIssueType = builder.objectRef<ValidationIssue>("ValidationIssue").implement({
  description: "One broken rule.",
  fields: (t) => ({
    path: t.stringList({
      description: "Leads to the value inside `input`; list positions are numbers from 0.",
      resolve: (issue) => [...issue.path],
    }),
    code: t.exposeString("code", { description: "For programs: `TOO_LONG`, `IN_THE_PAST`, `UNKNOWN_PROVIDER`." }),
    message: t.exposeString("message", { description: "For people: what was found and what is allowed." }),
  }),
});

builder.objectType(ValidationError, {
  name: "ValidationError",
  description: "The input breaks rules. All broken rules are listed; nothing was written.",
  interfaces: [ErrorInterface],
  fields: (t) => ({
    issues: t.field({
      type: [ValidationIssueType],
      description: "Every broken rule.",
      resolve: (error) => [...error.issues],
    }),
  }),
});

builder.objectType(NotFoundError, {
  name: "NotFoundError",
  description: "The thing does not exist or you cannot see it; the two look alike.",
  interfaces: [ErrorInterface],
  fields: (t) => ({
    path: t.stringList({
      nullable: true,
      description:
        "Leads to the id inside `input`, where that holds several; list positions are numbers from 0. Null where there is no doubt which one is meant.",
      resolve: ({ inputPath }) => (inputPath === null ? null : [...inputPath]),
    }),
  }),
});

builder.objectType(ForbiddenError, {
  name: "ForbiddenError",
  description: "You can see it, but your role, or the scopes of your API token, do not allow this.",
  interfaces: [ErrorInterface],
});

builder.objectType(ConflictError, {
  name: "ConflictError",
  description: "The thing's state does not allow this; the message says which state and what does.",
  interfaces: [ErrorInterface],
});

builder.objectType(VersionConflictError, {
  name: "VersionConflictError",
  description: "Somebody changed it since you read it.",
  interfaces: [ErrorInterface],
  fields: (t) => ({
    currentVersion: t.exposeInt("currentVersion", {
      description: "Its version now; read it again before you repeat the change.",
    }),
  }),
});

builder.objectType(IdempotencyKeyReusedError, {
  name: "IdempotencyKeyReusedError",
  description: "The idempotency key was used before, with other input.",
  interfaces: [ErrorInterface],
});

builder.objectType(TooManyAttemptsError, {
  name: "TooManyAttemptsError",
  description: "It was tried too often; `serverInfo { limits }` says how often it may be.",
  interfaces: [ErrorInterface],
  fields: (t) => ({
    retryAfter: t.exposeInt("retryAfter", { description: "Seconds until the next try is allowed." }),
  }),
});

/** For slices that define error types of their own. */
export { ErrorInterface };
