import { UnauthenticatedError } from "../infra/errors.ts";
import type { Context, Viewer } from "./context.ts";

/** Who is asking. Throws an `UnauthenticatedError` when nobody is signed in. */
export function requireViewer({ viewer }: Context): Viewer {
  if (viewer === null) throw new UnauthenticatedError();
  return viewer;
}
