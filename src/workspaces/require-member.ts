import type { Db, Tx } from "../infra/db.ts";
import { ForbiddenError, NotFoundError } from "../infra/errors.ts";
import { mayDo, type Permission } from "./permissions.ts";

/**
 * Makes sure that a user may do something in a workspace. Throws a `NotFoundError` about `what` to strangers, so that ids
 * cannot be probed, and a `ForbiddenError` to members whose role does not allow it.
 */
export async function requireMember(
  db: Db | Tx,
  request: {
    readonly userId: string;
    readonly workspaceId: string;
    readonly permission: Permission;
    readonly what?: string;
  },
): Promise<void> {
  const { userId, workspaceId, permission, what = "workspace" } = request;
  const member = await db.member.findUnique({
    where: { workspaceId_userId: { workspaceId, userId } },
    select: { role: true },
  });
  if (member === null) throw new NotFoundError(what);
  if (!mayDo(member.role, permission)) {
    throw new ForbiddenError(
      `Your role in this workspace is ${member.role}, which does not include ${permission}. Ask an owner.`,
    );
  }
}
