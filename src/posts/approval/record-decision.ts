import type { PostApprovalState, PostDecisionKind } from "../../generated/prisma/enums.ts";
import type { Tx } from "../../infra/db.ts";
import { recordEvents } from "../../infra/events.ts";
import { recordNotices } from "../../infra/notices.ts";
import type { LockedPost } from "../find-post.ts";
import { postTopic } from "../target-status.ts";
import { postContentHash } from "./approval.ts";

/** Who decides or comments: a member, or somebody who holds a review link and gave a name. */
export type Reviewer =
  | { readonly userId: string }
  | { readonly userId: null; readonly reviewLinkId: string; readonly guestName: string };

/** Who reviews, as columns. */
export const reviewerColumns = (by: Reviewer | null) =>
  by === null || by.userId !== null
    ? { userId: by?.userId ?? null }
    : { userId: null, reviewLinkId: by.reviewLinkId, guestName: by.guestName };

/** A step of a post's approval. */
export interface Decision {
  readonly post: Pick<LockedPost, "id" | "workspaceId" | "version" | "targets">;
  readonly kind: PostDecisionKind;
  readonly reason?: string | null;
  /** Null: nobody, it followed from something else. */
  readonly by: Reviewer | null;
  readonly at: Date;
}

const stateAfter = {
  SUBMITTED: "PENDING",
  CHANGED: "PENDING",
  APPROVED: "APPROVED",
  REJECTED: "REJECTED",
  HELD: "HELD",
} as const satisfies Record<PostDecisionKind, PostApprovalState>;

/**
 * Writes a step down, with the state that follows from it, its event, and what people are to be told, in the caller's transaction. The post is
 * locked; its targets are moved by the caller.
 */
export async function recordDecision(tx: Tx, { post, kind, reason = null, by, at }: Decision): Promise<void> {
  const { id: postId, workspaceId, version, targets } = post;
  const { id } = await tx.postDecision.create({
    data: { postId, kind, reason, at, contentHash: postContentHash(targets), ...reviewerColumns(by) },
    select: { id: true },
  });
  await tx.post.update({ where: { id: postId }, data: { approvalState: stateAfter[kind] } });
  await recordEvents(tx, [{ workspaceId, topic: postTopic, entityId: postId, kind: "UPDATED", version }]);
  const asks = stateAfter[kind] === "PENDING";
  const notice = asks
    ? { kind: "POST_AWAITING_APPROVAL" as const, groupKey: postId }
    : { kind: "POST_REVIEWED" as const, groupKey: `${postId} ${kind}` };
  const actor = by !== null && by.userId !== null ? { actorId: by.userId } : {};
  await recordNotices(tx, [{ workspaceId, ...notice, entityId: postId, cause: { id, version: 0 }, ...actor }]);
}
