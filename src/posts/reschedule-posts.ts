import { z } from "zod";
import { addMilliseconds } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
import { ConflictError } from "../infra/errors.ts";
import { parseInput } from "../infra/parse-input.ts";
import type { Actor } from "../workspaces/require-member.ts";
import { bulkPostIds, changePosts, type PostOutcome } from "./change-posts.ts";
import { findPostToWrite } from "./find-post.ts";
import { moveScheduled, type SchedulingServices } from "./schedule-targets.ts";

const mostMinutes = 366 * 24 * 60;

const request = z.object({
  postIds: bulkPostIds,
  move: z.union([
    z.object({ to: z.date() }),
    z.object({
      byMinutes: z
        .number()
        .int("Minutes must be whole.")
        .min(-mostMinutes, "A post moves by at most a year.")
        .max(mostMinutes, "A post moves by at most a year."),
    }),
  ]),
  allowDuplicate: z.boolean().nullish(),
});

/**
 * Moves the scheduled targets of many posts, to one moment or by some minutes. Each post answers for itself with what `schedulePost` would say; a
 * post without a scheduled target is a `ConflictError`.
 */
export async function reschedulePosts(
  services: SchedulingServices & { readonly transact: Transact },
  viewer: Actor,
  unchecked: z.input<typeof request>,
): Promise<{ readonly outcomes: readonly PostOutcome[] }> {
  const { postIds, move, allowDuplicate } = parseInput(request, unchecked);
  return changePosts(postIds, (postId) =>
    services.transact(async (tx) => {
      const post = await findPostToWrite(tx, viewer, postId, "posts:publish");
      const planned = (status: string) => ["SCHEDULED", "AWAITING_APPROVAL", "AWAITING_IMAGES"].includes(status);
      const scheduled = post.targets.filter(({ status, scheduledAt }) => planned(status) && scheduledAt !== null);
      if (scheduled.length === 0) {
        const states = [...new Set(post.targets.map(({ status }) => status))].join(", ");
        throw new ConflictError(`Nothing of this post is scheduled: its targets are ${states}. Use \`schedulePost\`.`);
      }
      await moveScheduled(tx, services, post, {
        ...{ targets: scheduled, by: { userId: viewer.userId }, looksNew: allowDuplicate === true ? [] : scheduled },
        timeOf: ({ scheduledAt }) =>
          "to" in move ? move.to : addMilliseconds(scheduledAt ?? services.clock.now(), move.byMinutes * 60_000),
      });
    }),
  );
}
