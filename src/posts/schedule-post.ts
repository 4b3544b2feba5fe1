import type { Clock } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
import { VersionConflictError } from "../infra/errors.ts";
import { findPostToWrite } from "./find-post.ts";
import { type Schedule, scheduleTargets } from "./schedule-targets.ts";

/** A post and when it shall go out; `expectedVersion` guards against scheduling what somebody edited meanwhile. */
export interface SchedulePostRequest {
  readonly postId: string;
  readonly schedule: Schedule;
  readonly expectedVersion?: number | null | undefined;
}

/**
 * Schedules, or moves, a post. Throws what {@link scheduleTargets} throws, a `NotFoundError` for a post the viewer cannot
 * see, and a `VersionConflictError` when the post is at another version than expected.
 */
export async function schedulePost(
  services: { transact: Transact; clock: Clock },
  viewer: { readonly userId: string },
  { postId, schedule, expectedVersion }: SchedulePostRequest,
): Promise<{ postId: string }> {
  return services.transact(async (tx) => {
    const post = await findPostToWrite(tx, viewer, postId);
    if (typeof expectedVersion === "number" && expectedVersion !== post.version) {
      throw new VersionConflictError("post", expectedVersion, post.version);
    }
    await scheduleTargets(tx, services, post, schedule);
    return { postId };
  });
}
