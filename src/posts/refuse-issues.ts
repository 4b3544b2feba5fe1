import { ValidationError, type ValidationIssue } from "../infra/errors.ts";

/** Two targets on one platform find the same fault in the same picture; it is told once. */
export function uniqueIssues(issues: readonly ValidationIssue[]): readonly ValidationIssue[] {
  return [...new Map(issues.map((issue) => [`${issue.path.join(".")} ${issue.message}`, issue])).values()];
}

/** Throws a `ValidationError` when there is anything to say. */
export function refuseIssues(issues: readonly ValidationIssue[]): void {
  if (issues.length > 0) throw new ValidationError(uniqueIssues(issues));
}
