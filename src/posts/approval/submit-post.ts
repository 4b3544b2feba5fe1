import { z } from "zod";
import type { Transact } from "../../infra/db.ts";
import { ConflictError, VersionConflictError } from "../../infra/errors.ts";
import { parseInput } from "../../infra/parse-input.ts";
import { type Actor, requireMember } from "../../workspaces/require-member.ts";
import { contentIssues } from "../check-content.ts";
import { ImageNotApprovedError } from "../errors.ts";
import { findPostToWrite } from "../find-post.ts";
import { lockAccountsOf } from "../queue/lock-accounts.ts";
import { refuseIssues } from "../refuse-issues.ts";
import { heldBackImages } from "../review-gate.ts";
import { schedule } from "../schedule-input.ts";
import { type SchedulingServices, scheduleTargets } from "../schedule-targets.ts";
import { moveTarget } from "../target-status.ts";
import { recordDecision } from "./record-decision.ts";
import { waitAlong } from "./wait-along.ts";

const request = z.object({
  postId: z.uuid(),
  schedule: schedule.nullish(),
  allowDuplicate: z.boolean().nullish(),
  expectedVersion: z.number().int().nullish(),
});

/**
 * Asks for a post's approval, whatever the workspace's policy. With `schedule` it goes out then, once somebody approved it; without, it
 * becomes an approved draft. Its drafts wait as AWAITING_APPROVAL. Throws what scheduling throws, a `NotFoundError` or `ForbiddenError`, a
 * `VersionConflictError`, and a `ConflictError` where it waits already or nothing of it can be submitted.
 */
export async function submitPost(
  services: SchedulingServices & { readonly transact: Transact },
  viewer: Actor,
  unchecked: z.input<typeof request>,
): Promise<{ postId: string }> {
  const { postId, schedule: when, allowDuplicate, expectedVersion } = parseInput(request, unchecked);
  return services.transact(async (tx) => {
    // Accounts are locked before posts.
    if (when && "nextSlot" in when) await lockAccountsOf(tx, postId);
    const post = await findPostToWrite(tx, viewer, postId, "posts:write");
    if (typeof expectedVersion === "number" && expectedVersion !== post.version) {
      throw new VersionConflictError("post", expectedVersion, post.version);
    }
    const { workspaceId } = post;
    if (post.targets.some(({ status }) => status === "SCHEDULED")) {
      // What is scheduled waits along: that takes more than writing.
      await requireMember(tx, viewer, { workspaceId, permission: "posts:publish", what: "post" });
    }
    if (post.targets.some(({ status }) => status === "PUBLISHING")) {
      throw new ConflictError(
        "The post is being sent at this moment; wait until that is settled, then submit the rest.",
      );
    }
    const drafts = post.targets.filter(({ status }) => status === "DRAFT");
    if (drafts.length === 0) {
      const states = [...new Set(post.targets.map(({ status }) => status))].join(", ");
      throw new ConflictError(`Nothing of this post can be submitted: its targets are ${states}.`);
    }
    const by = { userId: viewer.userId };
    await recordDecision(tx, { post, kind: "SUBMITTED", by, at: services.clock.now() });
    if (when) {
      const submitted = await findPostToWrite(tx, viewer, postId, "posts:write");
      await scheduleTargets(tx, services, submitted, { ...when, by, allowDuplicate });
      return { postId };
    }
    const heldBack = drafts[0] === undefined ? [] : heldBackImages(drafts[0].post);
    if (heldBack.length > 0) throw new ImageNotApprovedError(heldBack);
    refuseIssues(drafts.flatMap((target) => contentIssues(services, target)));
    for (const target of drafts) await moveTarget(tx, { target, to: "AWAITING_APPROVAL" });
    await waitAlong(tx, post.targets);
    return { postId };
  });
}
