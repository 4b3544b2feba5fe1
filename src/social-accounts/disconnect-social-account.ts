import { actedBy } from "../graphql/acted-by.ts";
import type { Viewer } from "../graphql/context.ts";
import { recordAudit } from "../infra/audit.ts";
import type { Clock } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
import { enqueue } from "../infra/jobs.ts";
import { changeAccount } from "./account-state.ts";
import { findAccountToChange } from "./find-account.ts";
import { endAccessJob } from "./jobs.ts";
import type { AccountRequest } from "./pause-social-account.ts";

/**
 * Disconnects an account: nothing is sent to it any more, and a job ends its access at the platform and erases what opened it. What
 * is being sent at this moment is finished and looked up by that access, and its outcome decides; what was scheduled is
 * cancelled by whoever follows the account. Disconnecting it again changes nothing. Throws a `NotFoundError`, a `ForbiddenError`.
 */
export async function disconnectSocialAccount(
  { transact, clock }: { readonly transact: Transact; readonly clock: Clock },
  viewer: Viewer,
  { socialAccountId }: AccountRequest,
): Promise<AccountRequest> {
  return transact(async (tx) => {
    const account = await findAccountToChange(tx, viewer, socialAccountId);
    if (account.state === "DISCONNECTED") return { socialAccountId };
    const at = clock.now();
    await changeAccount(tx, {
      id: socialAccountId,
      data: {
        ...{ state: "DISCONNECTED", disconnectedAt: at, pausedAt: null, lastError: null, lastErrorAt: null },
        ...{ scopes: [], expiresAt: null, refreshAt: null, refreshLeaseUntil: null, refreshFailures: 0 },
        // Whoever renews access right now comes too late.
        credentialsFence: { increment: 1 },
      },
    });
    const sending = await tx.postTarget.count({
      where: { socialAccountId, status: { in: ["PUBLISHING", "SUBMITTED"] } },
    });
    // While something is on its way the sweep waits with it.
    const key = `${endAccessJob.name}:${socialAccountId}`;
    if (sending === 0) await enqueue(tx, endAccessJob, [{ payload: { socialAccountId }, key }]);
    const { workspaceId, platform, handle } = account;
    const details = { socialAccountId, platform, handle };
    const entry = { ...actedBy(viewer), at, userId: viewer.userId, workspaceId, details };
    await recordAudit(tx, { ...entry, action: "SOCIAL_ACCOUNT_DISCONNECTED" });
    return { socialAccountId };
  });
}
