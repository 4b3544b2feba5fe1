import { ValidationError, type ValidationIssue } from "../infra/errors.ts";
import { rowId } from "./ids.ts";

/**
 * Reads the ids of an input that holds several. `read` is given `rowId`'s likeness and takes the input apart with it; every
 * wrong id is reported, each at its path, in one `ValidationError`.
 */
export function readIds<T>(read: (id: typeof rowId) => T): T {
  const issues: ValidationIssue[] = [];
  const result = read((typename, globalId, path) => {
    try {
      return rowId(typename, globalId, path);
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error;
      issues.push(...error.issues);
      return "";
    }
  });
  if (issues.length > 0) throw new ValidationError(issues);
  return result;
}
