import { z } from "zod";
import type { Transact } from "../infra/db.ts";
import { parseInput } from "../infra/parse-input.ts";
import type { Actor } from "../workspaces/require-member.ts";
import { cancelPost } from "./cancel-post.ts";
import { bulkPostIds, changePosts, type PostOutcome } from "./change-posts.ts";

const request = z.object({ postIds: bulkPostIds });

/** Cancels what has not gone out of many posts; each answers for itself with what `cancelPost` would say. */
export async function cancelPosts(
  services: { readonly transact: Transact },
  viewer: Actor,
  unchecked: z.input<typeof request>,
): Promise<{ readonly outcomes: readonly PostOutcome[] }> {
  const { postIds } = parseInput(request, unchecked);
  return changePosts(postIds, (postId) => cancelPost(services, viewer, { postId }));
}
