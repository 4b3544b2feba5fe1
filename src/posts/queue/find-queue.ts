import type { SocialAccount } from "../../generated/prisma/client.ts";
import type { Tx } from "../../infra/db.ts";
import { NotFoundError } from "../../infra/errors.ts";
import { type Actor, requireMember } from "../../workspaces/require-member.ts";
import { lockAccounts } from "./lock-accounts.ts";

/**
 * Reads an account whose queue the viewer may change, and locks it for the rest of the transaction. A queue decides when posts leave, so it takes
 * what publishing takes, not what managing accounts takes. Throws a `NotFoundError` for an account they cannot see, a `ForbiddenError`.
 */
export async function findQueueToChange(tx: Tx, viewer: Actor, socialAccountId: string): Promise<SocialAccount> {
  await lockAccounts(tx, [socialAccountId]);
  const account = await tx.socialAccount.findUnique({ where: { id: socialAccountId } });
  if (account === null) throw new NotFoundError("social account");
  const { workspaceId } = account;
  await requireMember(tx, viewer, { workspaceId, permission: "posts:publish", what: "social account" });
  return account;
}
