import { z } from "zod";
import type { Transact } from "../infra/db.ts";
import { recordEvents } from "../infra/events.ts";
import { idempotencyKey, once } from "../infra/idempotency.ts";
import { parseInput } from "../infra/parse-input.ts";
import type { Actor } from "../workspaces/require-member.ts";
import { enqueueRendering } from "./enqueue-rendering.ts";
import { findPostToWrite } from "./find-post.ts";
import { imageRows, postInput, targetRows } from "./post-input.ts";
import { postTopic } from "./target-status.ts";
import { readNow } from "./update-post.ts";

const request = z.object({ postId: z.uuid(), idempotencyKey: idempotencyKey.nullish() });
const made = z.object({ postId: z.uuid() });

/**
 * Copies a post into a new draft: text, pictures, targets with their options, but no time. Throws a `NotFoundError` for a post that the viewer
 * cannot see, a `ForbiddenError` for a role or token that may not.
 */
export async function duplicatePost(
  { transact }: { readonly transact: Transact },
  viewer: Actor,
  unchecked: z.input<typeof request>,
): Promise<z.output<typeof made>> {
  const { postId, idempotencyKey: key } = parseInput(request, unchecked);
  const { userId } = viewer;
  return transact(async (tx) => {
    const { workspaceId } = await findPostToWrite(tx, viewer, postId, "posts:write");
    return once(tx, { userId, operation: "duplicatePost", key: key ?? null, input: { postId } }, made, async () => {
      const content = parseInput(postInput, await readNow(tx, postId));
      const { id } = await tx.post.create({
        data: {
          ...{ workspaceId, authorId: userId, caption: content.caption },
          images: { create: imageRows(content) },
          targets: { create: targetRows(content).map((target) => ({ ...target, plannedAt: null, workspaceId })) },
        },
        select: { id: true },
      });
      await recordEvents(tx, [{ workspaceId, topic: postTopic, entityId: id, kind: "CREATED", version: 0 }]);
      const { targets } = await findPostToWrite(tx, viewer, id, "posts:write");
      await enqueueRendering(tx, targets);
      return { postId: id };
    });
  });
}
