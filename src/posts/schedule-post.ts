import { z } from "zod";
import type { Transact } from "../infra/db.ts";
import { VersionConflictError } from "../infra/errors.ts";
import { idempotencyKey, once } from "../infra/idempotency.ts";
import { parseInput } from "../infra/parse-input.ts";
import type { Actor } from "../workspaces/require-member.ts";
import { findPostToWrite } from "./find-post.ts";
import { lockAccountsOf } from "./queue/lock-accounts.ts";
import { schedule } from "./schedule-input.ts";
import { type SchedulingServices, scheduleTargets } from "./schedule-targets.ts";

const scheduling = z.object({
  postId: z.uuid(),
  schedule,
  allowDuplicate: z.boolean().nullish(),
  /** Guards against scheduling what somebody edited meanwhile. */
  expectedVersion: z.number().int().nullish(),
  idempotencyKey: idempotencyKey.nullish(),
});

const scheduled = z.object({ postId: z.uuid() });

/**
 * Schedules, or moves, a post. Throws what {@link scheduleTargets} throws, a `NotFoundError` for a post the viewer cannot
 * see, a `VersionConflictError` when the post is at another version than expected, and an `IdempotencyKeyReusedError` for a
 * key that came with other input. A repetition with the same key changes nothing, whatever happened to the post since.
 */
export async function schedulePost(
  services: SchedulingServices & { transact: Transact },
  viewer: Actor,
  unchecked: z.input<typeof scheduling>,
): Promise<z.output<typeof scheduled>> {
  const { idempotencyKey: key, ...input } = parseInput(scheduling, unchecked);
  const { postId, expectedVersion } = input;
  return services.transact(async (tx) => {
    // Accounts are locked before posts.
    if ("nextSlot" in input.schedule) await lockAccountsOf(tx, postId);
    const post = await findPostToWrite(tx, viewer, postId, "posts:publish");
    const request = { userId: viewer.userId, operation: "schedulePost", key: key ?? null, input };
    return once(tx, request, scheduled, async () => {
      if (typeof expectedVersion === "number" && expectedVersion !== post.version) {
        throw new VersionConflictError("post", expectedVersion, post.version);
      }
      await scheduleTargets(tx, services, post, {
        ...{ ...input.schedule, by: { userId: viewer.userId } },
        allowDuplicate: input.allowDuplicate,
      });
      return { postId };
    });
  });
}
