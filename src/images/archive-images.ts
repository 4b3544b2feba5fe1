import { z } from "zod";
import type { Clock } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
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
import { inTrash } from "./trash.ts";

const archiving = z.object({ imageIds: bulkImageIds, archived: z.boolean() });

/**
 * Takes pictures out of the everyday list, or back into it; what is so already stays as it is. Each picture has its own result.
 * Throws a `ValidationError`.
 */
export async function archiveImages(
  { transact, clock }: { transact: Transact; clock: Clock },
  viewer: Actor,
  unchecked: z.input<typeof archiving>,
): Promise<{ outcomes: ImageOutcome[] }> {
  const { imageIds, archived } = parseInput(archiving, unchecked);
  return transact(async (tx) => {
    const { byWorkspace, errors } = await findChangeable(tx, viewer, { imageIds, permission: "images:edit" });
    const locked = await lockImages(tx, [...byWorkspace.values()].flat());
    for (const { id, trashedAt } of locked) if (trashedAt !== null) errors.set(id, inTrash());
    const others = locked.filter(({ id, archivedAt }) => !errors.has(id) && (archivedAt !== null) !== archived);
    await writeImages(
      tx,
      others.map(({ id }) => id),
      { archivedAt: archived ? clock.now() : null },
    );
    return outcomesOf(imageIds, errors);
  });
}
