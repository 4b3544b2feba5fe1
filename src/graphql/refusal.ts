import type { AuthFailure } from "@pothos/plugin-scope-auth";
import { type DomainError, ForbiddenError, UnauthenticatedError } from "../infra/errors.ts";
import { missingScope, type Viewer } from "./context.ts";
import { allPermissions } from "./permissions.ts";

/** What somebody is told whom a field refuses: to sign in, which scope their API token lacks, or that only people may. */
export function refusal(viewer: Viewer | null, failure: AuthFailure): DomainError {
  if (viewer === null) return new UnauthenticatedError();
  const asked = parameterOf(failure, "may");
  const permission = allPermissions.find((known) => known === asked);
  const missing = permission === undefined ? null : missingScope(viewer, permission);
  return missing ?? new ForbiddenError("An API token cannot do this. Sign in with a password to do it.");
}

/** The parameter with which a scope was asked for, wherever it stands in a failure. */
function parameterOf(failure: AuthFailure, scope: string): unknown {
  if ("failures" in failure) {
    return failure.failures.map((inner) => parameterOf(inner, scope)).find((found) => found !== undefined);
  }
  return "parameter" in failure && failure.scope === scope ? failure.parameter : undefined;
}
