import { z } from "zod";
import type { Transact } from "../infra/db.ts";
import { ConflictError } from "../infra/errors.ts";
import { idempotencyKey, once } from "../infra/idempotency.ts";
import { parseInput } from "../infra/parse-input.ts";
import { type SchedulingServices, scheduleChosen } from "../posts/schedule-targets.ts";
import type { Actor } from "../workspaces/require-member.ts";
import { changedTarget, findTargetToPublish } from "./find-target.ts";

const republishing = z.object({
  targetId: z.uuid(),
  confirmSecondPost: z.literal(true, "This makes a second public post beside the first. Pass true if that is wanted."),
  idempotencyKey: idempotencyKey.nullish(),
});

/**
 * Publishes a target that is out once more, at once and under a key of its own: a second post beside the first, which stays.
 * The attempts remember where the first one is. Throws a `ConflictError` for a target that is not out, and what scheduling throws.
 */
export async function republishTarget(
  services: SchedulingServices & { readonly transact: Transact },
  viewer: Actor,
  unchecked: Omit<z.input<typeof republishing>, "confirmSecondPost"> & { readonly confirmSecondPost: boolean },
): Promise<z.output<typeof changedTarget>> {
  const { targetId, idempotencyKey: key } = parseInput(republishing, unchecked);
  return services.transact(async (tx) => {
    const { target, post } = await findTargetToPublish(tx, viewer, targetId);
    const request = { userId: viewer.userId, operation: "republishTarget", key: key ?? null, input: { targetId } };
    return once(tx, request, changedTarget, async () => {
      if (target.status === "UNKNOWN") {
        throw new ConflictError("It may be out. Look there, and say so with `resolveUnknownTarget` first.");
      }
      if (target.status !== "PUBLISHED") {
        throw new ConflictError(`It is ${target.status}, not PUBLISHED: there is no first post to make a second of.`);
      }
      await scheduleChosen(tx, services, post, { now: true, secondPost: true, targets: [target], by: null });
      return { targetId };
    });
  });
}
