import type { Clock } from "../../infra/clock.ts";
import type { Transact } from "../../infra/db.ts";
import { changeAccount } from "../../social-accounts/account-state.ts";
import type { Actor } from "../../workspaces/require-member.ts";
import { findQueueToChange } from "./find-queue.ts";

/** Which account's queue. */
export interface QueueRequest {
  readonly socialAccountId: string;
}

/**
 * Pauses an account's queue. What comes due in it is held, however long, and gets a later slot when the queue is resumed; posts with a time of their
 * own go out all the same, and what is being sent is finished. `pauseSocialAccount` stops everything, and lets what is due become MISSED.
 * Pausing it again changes nothing. Throws a `NotFoundError`, a `ForbiddenError`.
 */
export async function pauseQueue(
  { transact, clock }: { readonly transact: Transact; readonly clock: Clock },
  viewer: Actor,
  { socialAccountId }: QueueRequest,
): Promise<QueueRequest> {
  return transact(async (tx) => {
    const { queuePausedAt } = await findQueueToChange(tx, viewer, socialAccountId);
    // Whoever claims a target of the account looks, under the same lock.
    if (queuePausedAt === null) await changeAccount(tx, { id: socialAccountId, data: { queuePausedAt: clock.now() } });
    return { socialAccountId };
  });
}
