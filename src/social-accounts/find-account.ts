import type { SocialAccount } from "../generated/prisma/client.ts";
import type { Tx } from "../infra/db.ts";
import { ConflictError, NotFoundError } from "../infra/errors.ts";
import { type Actor, requireMember } from "../workspaces/require-member.ts";

/**
 * Reads an account that the viewer may change, and locks it for the rest of the transaction. Throws a `NotFoundError` for one they
 * cannot see, a `ForbiddenError` for a role or token that does not manage accounts.
 */
export async function findAccountToChange(tx: Tx, viewer: Actor, id: string): Promise<SocialAccount> {
  await tx.$queryRaw`select 1 from social_account where id = ${id}::uuid for update`;
  const account = await tx.socialAccount.findUnique({ where: { id } });
  if (account === null) throw new NotFoundError("social account");
  const { workspaceId } = account;
  await requireMember(tx, viewer, { workspaceId, permission: "social-accounts:write", what: "social account" });
  return account;
}

/** Only what is connected can be paused, resumed or checked. Throws a `ConflictError` for a disconnected account. */
export function requireConnected({ state, handle }: SocialAccount): void {
  if (state === "DISCONNECTED") throw new ConflictError(`${handle} was disconnected. Connect it again first.`);
}
