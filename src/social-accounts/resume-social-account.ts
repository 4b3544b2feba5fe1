import { actedBy } from "../graphql/acted-by.ts";
import type { Viewer } from "../graphql/context.ts";
import { recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
import { changeAccount } from "./account-state.ts";
import { findAccountToChange, requireConnected } from "./find-account.ts";
import type { AccountRequest } from "./pause-social-account.ts";

/**
 * Puts a paused account to use again; what is due goes out, what is too late is MISSED and asks. Resuming it again changes
 * nothing. Throws a `NotFoundError`, a `ForbiddenError`, and a `ConflictError` for one that was disconnected.
 */
export async function resumeSocialAccount(
  { transact, clock }: { readonly transact: Transact; readonly clock: Clock },
  viewer: Viewer,
  { socialAccountId }: AccountRequest,
): Promise<AccountRequest> {
  return transact(async (tx) => {
    const account = await findAccountToChange(tx, viewer, socialAccountId);
    requireConnected(account);
    if (account.pausedAt === null) return { socialAccountId };
    const state = account.state === "PAUSED" ? "ACTIVE" : account.state;
    await changeAccount(tx, { id: socialAccountId, data: { state, pausedAt: null } });
    const { workspaceId, platform, handle } = account;
    const details = { socialAccountId, platform, handle };
    const entry = { ...actedBy(viewer), at: clock.now(), userId: viewer.userId, workspaceId, details };
    await recordAudit(tx, { ...entry, action: "SOCIAL_ACCOUNT_RESUMED" });
    return { socialAccountId };
  });
}
