import { actedBy } from "../graphql/acted-by.ts";
import type { Viewer } from "../graphql/context.ts";
import { recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
import { changeAccount } from "./account-state.ts";
import { findAccountToChange, requireConnected } from "./find-account.ts";
import { recordRisks } from "./risk-notices.ts";

/** Which account. */
export interface AccountRequest {
  readonly socialAccountId: string;
}

/**
 * Pauses an account: nothing goes out to it until it is resumed. Its access is kept alive meanwhile. Pausing it again changes
 * nothing. Throws a `NotFoundError`, a `ForbiddenError`, and a `ConflictError` for one that was disconnected.
 */
export async function pauseSocialAccount(
  { transact, clock }: { readonly transact: Transact; readonly clock: Clock },
  viewer: Viewer,
  { socialAccountId }: AccountRequest,
): Promise<AccountRequest> {
  return transact(async (tx) => {
    const account = await findAccountToChange(tx, viewer, socialAccountId);
    requireConnected(account);
    if (account.pausedAt !== null) return { socialAccountId };
    const at = clock.now();
    // One that must be connected again stays in that state, which says what to do; it is paused once that is done.
    const state = account.state === "NEEDS_RECONNECT" ? account.state : "PAUSED";
    await changeAccount(tx, { id: socialAccountId, data: { state, pausedAt: at } });
    const { workspaceId, platform, handle } = account;
    const details = { socialAccountId, platform, handle };
    const { userId } = viewer;
    // What must be connected again has been told already.
    if (state === "PAUSED") await recordRisks(tx, { ...account, state, pausedAt: at }, { now: at, actorId: userId });
    await recordAudit(tx, { ...actedBy(viewer), action: "SOCIAL_ACCOUNT_PAUSED", at, userId, workspaceId, details });
    return { socialAccountId };
  });
}
