import { z } from "zod";
import type { Clock } from "../../infra/clock.ts";
import type { Transact } from "../../infra/db.ts";
import { ConflictError } from "../../infra/errors.ts";
import { parseInput } from "../../infra/parse-input.ts";
import { readLocalPlan } from "../../infra/time/local-plan.ts";
import type { Actor } from "../../workspaces/require-member.ts";
import { placeTargets } from "../move-targets.ts";
import { findQueueToChange } from "./find-queue.ts";
import { lockQueued } from "./queued-targets.ts";

const order = z.object({
  socialAccountId: z.uuid(),
  postIds: z
    .array(z.uuid())
    .min(2, "Name at least two posts: one alone has no order.")
    .max(200, "Name at most 200 posts at a time.")
    .refine((ids) => new Set(ids).size === ids.length, {
      error: "The same post is named twice.",
      params: { code: "DUPLICATE" },
    }),
});

/** What was reordered. */
export interface ReorderedQueue {
  readonly socialAccountId: string;
  /** In their new order. */
  readonly postIds: readonly string[];
}

/**
 * Puts queued posts of an account into another order, all at once: they share the slots that they hold out among themselves, and all other posts stay
 * where they are. Throws a `ValidationError`, a `NotFoundError` for an account the viewer cannot see, a `ForbiddenError`, and a `ConflictError` when
 * one of the posts is not in the queue (any more): nothing has moved then.
 */
export async function reorderQueue(
  { transact, clock }: { readonly transact: Transact; readonly clock: Clock },
  viewer: Actor,
  unchecked: z.input<typeof order>,
): Promise<ReorderedQueue> {
  const { socialAccountId, postIds } = parseInput(order, unchecked);
  return transact(async (tx) => {
    const { handle, queuePausedAt } = await findQueueToChange(tx, viewer, socialAccountId);
    const now = clock.now();
    const queued = (await lockQueued(tx, socialAccountId)).filter(
      // What is due is leaving, unless the queue is paused.
      ({ scheduledAt }) => queuePausedAt !== null || (scheduledAt !== null && scheduledAt > now),
    );
    const byPost = new Map(queued.map((target) => [target.postId, target]));
    const wanted = postIds.flatMap((postId) => byPost.get(postId) ?? []);
    if (wanted.length < postIds.length) {
      const gone = postIds.length - wanted.length;
      throw new ConflictError(
        `${gone} of the ${postIds.length} posts ${gone === 1 ? "is" : "are"} not in the queue of ${handle}, or not any more. Read the queue again, then order it.`,
      );
    }
    const slots = queued.filter(({ postId }) => postIds.includes(postId));
    const moves = wanted.flatMap((target, index) => {
      const slot = slots[index];
      if (slot === undefined || slot.id === target.id) return [];
      return [{ target, placement: { at: slot.scheduledAt ?? now, local: readLocalPlan(slot), inQueue: true } }];
    });
    await placeTargets(tx, moves, now);
    return { socialAccountId, postIds };
  });
}
