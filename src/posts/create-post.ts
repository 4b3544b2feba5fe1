import { z } from "zod";
import type { Transact } from "../infra/db.ts";
import { recordEvents } from "../infra/events.ts";
import { idempotencyKey, once } from "../infra/idempotency.ts";
import { parseInput } from "../infra/parse-input.ts";
import { type Actor, requireMember } from "../workspaces/require-member.ts";
import { enqueueRendering } from "./enqueue-rendering.ts";
import { findPostToWrite } from "./find-post.ts";
import { findPostParts } from "./find-post-parts.ts";
import { imageRows, postInput, refuseDoubles, targetRows } from "./post-input.ts";
import { lockAccounts } from "./queue/lock-accounts.ts";
import { type SchedulingServices, schedule, scheduleTargets } from "./schedule-targets.ts";
import { postTopic } from "./target-status.ts";

const newPost = postInput
  .extend({
    workspaceId: z.uuid(),
    schedule: schedule.nullish(),
    allowDuplicate: z.boolean().nullish(),
    idempotencyKey: idempotencyKey.nullish(),
  })
  .superRefine(refuseDoubles);

const made = z.object({ postId: z.uuid() });

/**
 * Writes a post: a draft, or with `schedule` scheduled in the same transaction. Throws a `ValidationError` with all faults, a
 * `NotFoundError` for a workspace, picture or account the viewer cannot see, and whatever scheduling throws: then nothing of
 * it is written.
 */
export async function createPost(
  services: SchedulingServices & { transact: Transact },
  viewer: Actor,
  unchecked: z.input<typeof newPost>,
): Promise<z.output<typeof made>> {
  const { idempotencyKey: key, ...input } = parseInput(newPost, unchecked);
  const { workspaceId, caption } = input;
  const { userId } = viewer;
  return services.transact(async (tx) => {
    await requireMember(tx, viewer, { workspaceId, permission: "posts:write" });
    return once(tx, { userId, operation: "createPost", key: key ?? null, input }, made, async () => {
      await findPostParts(tx, workspaceId, input);
      // Accounts are locked before posts.
      const accountIds = input.targets.map(({ socialAccountId }) => socialAccountId);
      if (input.schedule && "nextSlot" in input.schedule) await lockAccounts(tx, accountIds);
      const targets = targetRows(input).map((target) => ({ ...target, workspaceId }));
      const { id: postId } = await tx.post.create({
        data: {
          ...{ workspaceId, authorId: userId, caption },
          images: { create: imageRows(input) },
          targets: { create: targets },
        },
        select: { id: true },
      });
      await recordEvents(tx, [{ workspaceId, topic: postTopic, entityId: postId, kind: "CREATED", version: 0 }]);
      if (input.schedule) {
        const post = await findPostToWrite(tx, viewer, postId, "posts:publish");
        await scheduleTargets(tx, services, post, {
          ...input.schedule,
          by: { userId },
          allowDuplicate: input.allowDuplicate,
        });
      } else {
        const post = await findPostToWrite(tx, viewer, postId, "posts:write");
        await enqueueRendering(tx, post.targets);
      }
      return { postId };
    });
  });
}
