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
import { trashDays, trashHorizon } from "./trash.ts";

const restoration = z.object({ imageIds: bulkImageIds });

/**
 * Takes pictures out of the trash; what is not in it stays as it is. One that was there for thirty days does not come back: its
 * file may be gone. Each picture has its own result. Throws a `ValidationError`.
 */
export async function restoreImages(
  { transact, clock }: { transact: Transact; clock: Clock },
  viewer: Actor,
  unchecked: z.input<typeof restoration>,
): Promise<{ outcomes: ImageOutcome[] }> {
  const { imageIds } = parseInput(restoration, unchecked);
  return transact(async (tx) => {
    const { byWorkspace, errors } = await findChangeable(tx, viewer, { imageIds, permission: "images:edit" });
    const locked = await lockImages(tx, [...byWorkspace.values()].flat());
    const trashed = locked.flatMap(({ id, trashedAt }) => (trashedAt === null ? [] : [{ id, trashedAt }]));
    for (const { id, trashedAt } of trashed) {
      if (trashedAt > trashHorizon(clock.now())) continue;
      errors.set(
        id,
        new ConflictError(`The image was in the trash for ${trashDays} days and is being deleted for good.`),
      );
    }
    await writeImages(
      tx,
      trashed.filter(({ id }) => !errors.has(id)).map(({ id }) => id),
      { trashedAt: null },
    );
    return outcomesOf(imageIds, errors);
  });
}
