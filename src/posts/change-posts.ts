/** Changes to many posts at once, each with its own result: one that cannot be changed does not keep the others back. */
import { z } from "zod";
import { ConflictError, ForbiddenError, NotFoundError, ValidationError } from "../infra/errors.ts";
import { DuplicatePostError, ImageNotApprovedError } from "./errors.ts";

/** The posts of a bulk change. */
export const bulkPostIds = z
  .array(z.uuid())
  .min(1, "Name at least one post.")
  .max(100, "Name at most 100 posts at a time.");

const refusals = [
  ...([ConflictError, ForbiddenError, NotFoundError, ValidationError] as const),
  ...([ImageNotApprovedError, DuplicatePostError] as const),
] as const;

/** Why one post was not changed. */
export type PostRefusal = InstanceType<(typeof refusals)[number]>;

const isRefusal = (error: unknown): error is PostRefusal => refusals.some((kind) => error instanceof kind);

/** How the change of one post ended: without an error it is as asked. */
export interface PostOutcome {
  readonly postId: string;
  readonly error: PostRefusal | null;
}

/**
 * Does something to one post after the other, each in a transaction of its own, so that nobody waits for a hundred locks. Expected failures are
 * told for their post; a bug ends it all.
 */
export async function changePosts(
  postIds: readonly string[],
  change: (postId: string) => Promise<unknown>,
): Promise<{ readonly outcomes: readonly PostOutcome[] }> {
  const outcomes: PostOutcome[] = [];
  for (const postId of new Set(postIds)) {
    try {
      await change(postId);
      outcomes.push({ postId, error: null });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      outcomes.push({ postId, error });
    }
  }
  return { outcomes };
}
