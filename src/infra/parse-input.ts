import type { z } from "zod";
import { ValidationError, type ValidationIssue } from "./errors.ts";

/**
 * Checks a verb's input against its schema and returns the parsed value. Throws a {@link ValidationError} that lists every
 * broken rule at once, each with its path. A rule may name its own code: `.refine(…, { params: { code: "IN_THE_PAST" } })`.
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new ValidationError(result.error.issues.map(toIssue));
}

function toIssue(issue: z.core.$ZodIssue): ValidationIssue {
  return { path: issue.path.map(String), code: issueCode(issue), message: issue.message };
}

/** zod's own codes, in the words of our schema. */
function issueCode(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "too_big":
      return issue.origin === "string" ? "TOO_LONG" : issue.origin === "array" ? "TOO_MANY" : "TOO_LARGE";
    case "too_small":
      return issue.origin === "string"
        ? issue.minimum === 1
          ? "EMPTY"
          : "TOO_SHORT"
        : issue.origin === "array"
          ? "TOO_FEW"
          : "TOO_SMALL";
    case "custom":
      return typeof issue.params?.["code"] === "string" ? issue.params["code"] : "INVALID";
    default:
      return "INVALID";
  }
}
