import type { PostApprovalPolicy, ReviewPolicy } from "../generated/prisma/enums.ts";
import type { Tx } from "../infra/db.ts";
import { ConflictError, NotFoundError } from "../infra/errors.ts";

/** A workspace that is locked for the rest of the transaction. */
export interface LockedWorkspace {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly reviewPolicy: ReviewPolicy;
  readonly postApprovalPolicy: PostApprovalPolicy;
  /** Null: for ever. */
  readonly imageRetentionDays: number | null;
  /** The style of pictures for which nobody names one; null: none. */
  readonly defaultStyleId: string | null;
  /** Asked where a request names none; null: the server's first. */
  readonly defaultProvider: string | null;
  /** Asked in this order where the provider of a request cannot. */
  readonly fallbackProviders: readonly string[];
  readonly version: number;
  /** Whose personal workspace it is; null for a shared one. */
  readonly personalOf: string | null;
}

/**
 * Locks a workspace, so that changes to its settings, members and invitations come one after the other: of two owners who leave
 * at the same moment, the second sees that the first is gone. The lock is weak enough that pictures and posts are written
 * meanwhile. Throws a `NotFoundError` about `what` where there is none.
 */
export async function lockWorkspace(tx: Tx, workspaceId: string, what = "workspace"): Promise<LockedWorkspace> {
  await tx.$queryRaw`select 1 from workspace where id = ${workspaceId}::uuid for no key update`;
  const workspace = await tx.workspace.findUnique({
    where: { id: workspaceId },
    select: {
      ...{ id: true, name: true, timeZone: true, reviewPolicy: true, postApprovalPolicy: true },
      imageRetentionDays: true,
      ...{ defaultStyleId: true, defaultProvider: true, fallbackProviders: true, version: true, personalOf: true },
    },
  });
  if (workspace === null) throw new NotFoundError(what);
  return workspace;
}

/**
 * Makes sure that a locked workspace keeps an owner who can sign in when somebody stops being one. Throws a `ConflictError`
 * otherwise.
 */
export async function requireOtherOwner(tx: Tx, workspaceId: string, userId: string): Promise<void> {
  const others = await tx.member.count({
    where: { workspaceId, role: "OWNER", userId: { not: userId }, user: { disabledAt: null } },
  });
  if (others === 0) {
    throw new ConflictError(
      "This is the workspace's last owner. Make another member an owner first: `transferOwnership` or `changeMemberRole`.",
    );
  }
}
