import { z } from "zod";
import type { PostTargetStatus } from "../generated/prisma/enums.ts";
import type { Transact } from "../infra/db.ts";
import { ConflictError } from "../infra/errors.ts";
import { idempotencyKey, once } from "../infra/idempotency.ts";
import { parseInput } from "../infra/parse-input.ts";
import { type SchedulingServices, scheduleChosen } from "../posts/schedule-targets.ts";
import type { Actor } from "../workspaces/require-member.ts";
import { changedTarget, findTargetToPublish } from "./find-target.ts";

const retrying = z.object({ targetId: z.uuid(), idempotencyKey: idempotencyKey.nullish() });

/** Why a target in this state is not tried again; null where it is safe: for certain nothing of it is out. */
const obstacles: Readonly<Record<PostTargetStatus, string | null>> = {
  FAILED: null,
  MISSED: null,
  UNKNOWN: "It may be out, and trying again could post it twice. Look there, then say so with `resolveUnknownTarget`.",
  PUBLISHED: "It is out. `republishTarget` makes a second post of it.",
  SUBMITTED: "The platform has it and works on it.",
  PUBLISHING: "It is being sent at this moment.",
  SCHEDULED: "It is scheduled, and goes out by itself. `publishPostNow` sends the post at once.",
  CANCELLED: "Somebody cancelled it. `schedulePost` plans it anew.",
  DRAFT: "It was never scheduled. `schedulePost` plans it.",
  AWAITING_IMAGES: "It waits for pictures that are made for it; approve them with `reviewImages`.",
  AWAITING_APPROVAL: "It waits for somebody's approval.",
};

/**
 * Tries a target again, at once, after it failed or was missed: only where it is certain that nothing is out. It repeats the key
 * of the attempts before as long as the content is the same. Throws a `ConflictError` that says why for every other
 * state, and what scheduling throws.
 */
export async function retryTarget(
  services: SchedulingServices & { readonly transact: Transact },
  viewer: Actor,
  unchecked: z.input<typeof retrying>,
): Promise<z.output<typeof changedTarget>> {
  const { targetId, idempotencyKey: key } = parseInput(retrying, unchecked);
  return services.transact(async (tx) => {
    const { target, post } = await findTargetToPublish(tx, viewer, targetId);
    const request = { userId: viewer.userId, operation: "retryTarget", key: key ?? null, input: { targetId } };
    return once(tx, request, changedTarget, async () => {
      const obstacle = obstacles[target.status];
      if (obstacle !== null) throw new ConflictError(obstacle);
      await scheduleChosen(tx, services, post, { now: true, targets: [target], by: null });
      return { targetId };
    });
  });
}
