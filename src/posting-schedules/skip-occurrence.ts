import { z } from "zod";
import type { Transact } from "../infra/db.ts";
import { ConflictError } from "../infra/errors.ts";
import { parseInput } from "../infra/parse-input.ts";
import type { Actor } from "../workspaces/require-member.ts";
import { changeOccurrence, findOccurrenceToWrite, requireOpen } from "./change-occurrence.ts";
import { withdrawPosts } from "./withdraw-posts.ts";

const skipping = z.object({
  occurrenceId: z.uuid(),
  expectedVersion: z.number().int().nullish(),
  reason: z.string().trim().max(500, "The reason is longer than 500 characters.").nullish(),
});

/**
 * Leaves one occurrence out; its post, where it has one that is not out, is cancelled with the reason. Throws a `ValidationError`, a `NotFoundError`, a
 * `ForbiddenError`, a `VersionConflictError`, and a `ConflictError` for one that is over or out.
 */
export async function skipOccurrence(
  { transact }: { readonly transact: Transact },
  viewer: Actor,
  unchecked: z.input<typeof skipping>,
): Promise<{ occurrenceId: string }> {
  const { reason, ...which } = parseInput(skipping, unchecked);
  return transact(async (tx) => {
    const { occurrence } = await findOccurrenceToWrite(tx, viewer, which);
    requireOpen(occurrence);
    const why = reason || "Somebody left it out.";
    const { postId, state } = occurrence;
    const posts = postId === null ? [] : [postId];
    const withdrawn = await withdrawPosts(tx, posts, { code: "OCCURRENCE_SKIPPED", message: why });
    if (state === "POSTED" && withdrawn.size === 0) {
      throw new ConflictError("Nothing of its post can be taken back any more. Look at the post itself.");
    }
    await changeOccurrence(tx, occurrence, { state: "SKIPPED", reason: why, actAt: null });
    return { occurrenceId: occurrence.id };
  });
}
