import type { Db, Tx } from "../infra/db.ts";
import { ForbiddenError } from "../infra/errors.ts";
import type { Actor } from "../workspaces/require-member.ts";

/**
 * In whose name the worker acts for a schedule. Throws a `ForbiddenError` where their account is gone or disabled; whether they still may is asked where they
 * act.
 */
export async function actorOf(db: Db | Tx, { ownerId }: { readonly ownerId: string | null }): Promise<Actor> {
  const owner =
    ownerId === null ? null : await db.user.findUnique({ where: { id: ownerId }, select: { disabledAt: true } });
  if (ownerId !== null && owner?.disabledAt === null) return { userId: ownerId, grant: null };
  const why = owner === null ? "is gone" : "is disabled and can no longer sign in";
  throw new ForbiddenError(
    `The account of whoever made this posting schedule ${why}. Somebody who may publish takes it over by changing or resuming it.`,
  );
}
