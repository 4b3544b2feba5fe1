import { ForbiddenError } from "../infra/errors.ts";
import type { Actor } from "../workspaces/require-member.ts";

/**
 * In whose name the worker acts for a schedule. Throws a `ForbiddenError` where their account is gone; whether they still may is asked where they
 * act.
 */
export function actorOf({ ownerId }: { readonly ownerId: string | null }): Actor {
  if (ownerId !== null) return { userId: ownerId, grant: null };
  throw new ForbiddenError(
    "The account of whoever made this posting schedule is gone. Somebody who may publish takes it over by changing or resuming it.",
  );
}
