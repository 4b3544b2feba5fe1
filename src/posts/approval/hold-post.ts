import { z } from "zod";
import type { Clock } from "../../infra/clock.ts";
import type { Transact } from "../../infra/db.ts";
import { ConflictError } from "../../infra/errors.ts";
import { parseInput } from "../../infra/parse-input.ts";
import type { Actor } from "../../workspaces/require-member.ts";
import { findPostToWrite } from "../find-post.ts";
import { decisionReason, takeBack } from "./approve-post.ts";
import { recordDecision } from "./record-decision.ts";

const request = z.object({ postId: z.uuid(), reason: decisionReason.nullish() });

/**
 * Holds a post back: what is scheduled keeps its time and waits until somebody approves it; what is being sent at this moment is asked
 * to stop. Throws a `NotFoundError`, a `ForbiddenError`, and a `ConflictError` where nothing waits and nothing is scheduled.
 */
export async function holdPost(
  { transact, clock }: { readonly transact: Transact; readonly clock: Clock },
  viewer: Actor,
  unchecked: z.input<typeof request>,
): Promise<{ postId: string }> {
  const { postId, reason } = parseInput(request, unchecked);
  return transact(async (tx) => {
    const post = await findPostToWrite(tx, viewer, postId, "posts:review");
    if (!(await takeBack(tx, post, "AWAITING_APPROVAL"))) {
      const states = [...new Set(post.targets.map(({ status }) => status))].join(", ");
      throw new ConflictError(`Nothing of this post can be held back: its targets are ${states}.`);
    }
    const by = { userId: viewer.userId };
    await recordDecision(tx, { post, kind: "HELD", reason: reason ?? null, by, at: clock.now() });
    return { postId };
  });
}
