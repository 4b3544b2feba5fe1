import type { Tx } from "../../infra/db.ts";
import { platformNamed } from "../../platforms/registry.ts";
import { QueueFullError } from "../errors.ts";
import type { Placement } from "../placement.ts";
import type { TargetWithContent } from "../post-content.ts";
import { refuseIssues } from "../refuse-issues.ts";
import { firstFreeSlot, readQueues } from "./free-slots.ts";
import { lockAccounts } from "./lock-accounts.ts";

/**
 * Gives each of a post's targets the next free slot of its account, by the target's id. The accounts stay locked, so that two never get one slot.
 * Callers lock them before they lock the post; here it is made sure. Throws a `ValidationError` for accounts without slots, a
 * {@link QueueFullError} when an account has no free one within sixty days.
 */
export async function placeInSlots(
  tx: Tx,
  targets: readonly TargetWithContent[],
  now: Date,
): Promise<ReadonlyMap<string, Placement>> {
  const socialAccountIds = targets.map((target) => target.socialAccountId);
  await lockAccounts(tx, socialAccountIds);
  const queues = await readQueues(tx, { socialAccountIds, after: now, leaving: targets.map(({ id }) => id) });
  const without = targets.filter((target) => (queues.get(target.socialAccountId)?.week ?? null) === null);
  refuseIssues(without.map(noSlots));
  const found = targets.map((target) => {
    const queue = queues.get(target.socialAccountId);
    return { target, slot: queue === undefined ? null : firstFreeSlot(queue, now) };
  });
  const full = found.filter(({ slot }) => slot === null).map(({ target }) => target.socialAccount);
  if (full.length > 0) throw new QueueFullError(full);
  return new Map(
    found.flatMap(({ target, slot }) =>
      slot === null ? [] : [[target.id, { at: slot.at, local: slot, inQueue: true }]],
    ),
  );
}

function noSlots({ position, socialAccount: { handle, platform } }: TargetWithContent) {
  const message = `${handle} on ${platformNamed(platform).label} has no posting slots. Set some with \`setPostingSlots\`, or name a time.`;
  return { path: ["targets", String(position)], code: "NO_SLOTS", message };
}
