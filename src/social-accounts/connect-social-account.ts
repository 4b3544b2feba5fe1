import type { Db, Transact } from "../infra/db.ts";
import { ValidationError } from "../infra/errors.ts";
import type { Platform } from "../platforms/platform.ts";
import { type Actor, requireMember } from "../workspaces/require-member.ts";

/** An account to connect: the platform, and what its form asks for. */
export interface ConnectionRequest {
  readonly workspaceId: string;
  readonly platform: string;
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * Connects an account; one that was connected before is connected again. Throws a `ValidationError` at the field that the
 * platform refuses, a `NotFoundError` for a foreign workspace, a `ForbiddenError` for a role that does not connect accounts.
 */
export async function connectSocialAccount(
  { db, transact, platforms }: { db: Db; transact: Transact; platforms: ReadonlyMap<string, Platform> },
  viewer: Actor,
  { workspaceId, platform, fields }: ConnectionRequest,
): Promise<{ socialAccountId: string }> {
  await requireMember(db, viewer, { workspaceId, permission: "social-accounts:write" });
  const opened = platforms.get(platform);
  if (opened === undefined) throw new Error(`No platform "${platform}" is open.`);
  const outcome = await opened.connect(fields, workspaceId);
  if (outcome.kind === "refused") {
    const { field, code, message } = outcome;
    throw new ValidationError([{ path: ["account", platform, field], code, message }]);
  }
  const { remoteId, ...profile } = outcome.account;
  return transact(async (tx) => {
    const account = await tx.socialAccount.upsert({
      where: { workspaceId_platform_remoteId: { workspaceId, platform, remoteId } },
      create: { workspaceId, platform, remoteId, ...profile },
      update: { ...profile, state: "ACTIVE", lastError: null },
      select: { id: true },
    });
    return { socialAccountId: account.id };
  });
}
