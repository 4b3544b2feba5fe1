import { z } from "zod";
import type { Clock } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
import { ConflictError } from "../infra/errors.ts";
import { parseInput } from "../infra/parse-input.ts";
import type { Actor } from "../workspaces/require-member.ts";
import {
  bulkImageIds,
  findChangeable,
  type ImageOutcome,
  lockImages,
  outcomesOf,
  writeImages,
} from "./change-images.ts";
import { findInWaitingPosts, lockPostsWith } from "./posts-that-wait.ts";

const deletion = z.object({ imageIds: bulkImageIds });

/**
 * Puts pictures into the trash, from where they can come back for thirty days. One that a scheduled post shows, or that is being
 * made, stays; one that is in the trash keeps its day. Each picture has its own result. Throws a `ValidationError`.
 */
export async function deleteImages(
  { transact, clock }: { transact: Transact; clock: Clock },
  viewer: Actor,
  unchecked: z.input<typeof deletion>,
): Promise<{ outcomes: ImageOutcome[] }> {
  const { imageIds } = parseInput(deletion, unchecked);
  return transact(async (tx) => {
    const { byWorkspace, errors } = await findChangeable(tx, viewer, { imageIds, permission: "images:edit" });
    const ids = [...byWorkspace.values()].flat();
    await lockPostsWith(tx, ids);
    const locked = await lockImages(tx, ids);
    const used = await findInWaitingPosts(tx, ids);
    for (const { id, status } of locked) {
      if (status === "PENDING" || status === "GENERATING") {
        errors.set(id, new ConflictError(`The image is ${status}. Delete it once it is there, failed or cancelled.`));
      } else if (used.has(id)) {
        const message = "A scheduled post, or one on its way out, shows the image. Cancel the post first.";
        errors.set(id, new ConflictError(message));
      }
    }
    const going = locked.filter(({ id, trashedAt }) => !errors.has(id) && trashedAt === null);
    await writeImages(
      tx,
      going.map(({ id }) => id),
      { trashedAt: clock.now() },
    );
    return outcomesOf(imageIds, errors);
  });
}
