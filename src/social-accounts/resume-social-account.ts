import { actedBy } from "../graphql/acted-by.ts";
import type { Viewer } from "../graphql/context.ts";
import { recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
import { platformNamed } from "../platforms/registry.ts";
import { changeAccount } from "./account-state.ts";
import { findAccountToChange, requireConnected } from "./find-account.ts";
import type { AccountRequest } from "./pause-social-account.ts";
import { refreshTime } from "./refresh-time.ts";

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
    const { workspaceId, platform, handle, expiresAt } = account;
    const at = clock.now();
    const { refresh } = platformNamed(platform);
    // Access that cannot be renewed may have come near its end meanwhile: it is looked at anew.
    const watched = account.state === "PAUSED" &&
      refresh === null && { refreshAt: refreshTime(null, { now: at, expiresAt }) };
    const state = account.state === "PAUSED" ? "ACTIVE" : account.state;
    await changeAccount(tx, { id: socialAccountId, data: { state, pausedAt: null, ...watched } });
    const details = { socialAccountId, platform, handle };
    const entry = { ...actedBy(viewer), at, userId: viewer.userId, workspaceId, details };
    await recordAudit(tx, { ...entry, action: "SOCIAL_ACCOUNT_RESUMED" });
    return { socialAccountId };
  });
}
