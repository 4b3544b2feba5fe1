import type { PostTarget } from "../../generated/prisma/client.ts";
import type { Clock } from "../../infra/clock.ts";
import type { Transact } from "../../infra/db.ts";
import type { WeeklyDate } from "../../infra/time/weekly-times.ts";
import { changeAccount } from "../../social-accounts/account-state.ts";
import type { Actor } from "../../workspaces/require-member.ts";
import { QueueFullError } from "../errors.ts";
import { placeTargets, type Replacing } from "../move-targets.ts";
import { currentPlacement } from "../placement.ts";
import { findQueueToChange } from "./find-queue.ts";
import { type AccountQueue, freeSlots, readQueues } from "./free-slots.ts";
import type { QueueRequest } from "./pause-queue.ts";
import { lockQueued } from "./queued-targets.ts";

/**
 * Lets a paused queue go on. What came due meanwhile gets the next free slots; the order stays, so that what stands behind it moves back as far as it
 * must, and no further. Resuming it again changes nothing. Throws a `NotFoundError`, a `ForbiddenError`, and a {@link QueueFullError} when there
 * are not slots enough for everything within sixty days: then the queue stays paused.
 */
export async function resumeQueue(
  { transact, clock }: { readonly transact: Transact; readonly clock: Clock },
  viewer: Actor,
  { socialAccountId }: QueueRequest,
): Promise<QueueRequest> {
  return transact(async (tx) => {
    const account = await findQueueToChange(tx, viewer, socialAccountId);
    if (account.queuePausedAt === null) return { socialAccountId };
    const now = clock.now();
    await changeAccount(tx, { id: socialAccountId, data: { queuePausedAt: null } });
    const queued = await lockQueued(tx, socialAccountId);
    const leaving = queued.map(({ id }) => id);
    const queue = (await readQueues(tx, { socialAccountIds: [socialAccountId], after: now, leaving })).get(
      socialAccountId,
    );
    const moves = queue === undefined ? null : movedBack(queued, queue, now);
    if (moves === null) throw new QueueFullError([account]);
    await placeTargets(tx, moves, now);
    return { socialAccountId };
  });
}

/** Where targets go whose slot has passed, or was given to the one before; null when the slots run out. */
function movedBack(queued: readonly PostTarget[], queue: AccountQueue, now: Date): Replacing[] | null {
  const moves: Replacing[] = [];
  const slots = freeSlots(queue, now);
  let last = now;
  for (const target of queued) {
    if (target.scheduledAt !== null && target.scheduledAt > last) {
      last = target.scheduledAt;
      // A claim that came a moment early holds it without a due time: it is woken where it stands.
      if (target.dueAt === null) moves.push({ target, placement: currentPlacement(target, now) });
      continue;
    }
    const slot = nextAfter(slots, last);
    if (slot === null) return null;
    last = slot.at;
    moves.push({ target, placement: { at: slot.at, local: slot, inQueue: true } });
  }
  return moves;
}

/** Goes on through slots to the first one after an instant. */
function nextAfter(slots: Generator<WeeklyDate, void>, after: Date): WeeklyDate | null {
  for (;;) {
    const { value } = slots.next();
    if (!value) return null;
    if (value.at > after) return value;
  }
}
