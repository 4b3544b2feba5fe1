import type { SignedInViewer } from "../../graphql/context.ts";
import { recordAudit } from "../../infra/audit.ts";
import type { Clock } from "../../infra/clock.ts";
import type { Transact } from "../../infra/db.ts";
import { ConflictError } from "../../infra/errors.ts";
import { enqueueDataNotice } from "../data-notices/enqueue-data-notice.ts";

/** Keeps an account that was up for erasure. Throws a `ConflictError` where it was not, or where it is too late. */
export async function keepAccount(
  { transact, clock }: { readonly transact: Transact; readonly clock: Clock },
  { userId, sessionId, origin }: SignedInViewer,
): Promise<void> {
  const now = clock.now();
  await transact(async (tx) => {
    const { count } = await tx.user.updateMany({
      where: { id: userId, erasureDueAt: { gt: now } },
      data: { erasureDueAt: null },
    });
    if (count === 0) {
      throw new ConflictError("Your account is not up for erasure, or its time has come and it is being erased.");
    }
    await recordAudit(tx, { action: "ERASURE_CANCELLED", at: now, userId, sessionId, origin });
    await enqueueDataNotice(tx, { userId, kind: "ERASURE_CANCELLED" });
  });
}
