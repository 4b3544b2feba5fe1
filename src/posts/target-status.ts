/**
 * The life of a target. Every move goes through `moveTarget`, or, of many at once, through `move-targets.ts`.
 *
 *   DRAFT ─▶ AWAITING_APPROVAL ─▶ SCHEDULED ─▶ PUBLISHING ─▶ PUBLISHED
 *
 * Off the road: SUBMITTED (the platform works on it), UNKNOWN (it may be out; a person decides), FAILED, MISSED (too late to
 * go out by itself), CANCELLED. Back to AWAITING_APPROVAL goes what is held or was changed after its approval, back to DRAFT what
 * was rejected. PUBLISHING → SCHEDULED is a definite refusal that may be tried later, or a proven absence;
 * FAILED, MISSED and CANCELLED can be scheduled anew. UNKNOWN → FAILED is somebody's word that it is not out.
 * AWAITING_IMAGES is SCHEDULED but for a picture that is being made for the post: it holds its time and cannot be sent.
 * PUBLISHED is the end, unless somebody explicitly wants a second post.
 */
import type { Prisma } from "../generated/prisma/client.ts";
import { type NotificationKind, PostTargetStatus } from "../generated/prisma/enums.ts";
import type { Tx } from "../infra/db.ts";
import { recordEvents } from "../infra/events.ts";
import { recordNotices } from "../infra/notices.ts";

/** The event topic of posts; a target's changes are its post's. */
export const postTopic = "post";

const movesFrom = {
  DRAFT: ["AWAITING_APPROVAL", "AWAITING_IMAGES", "SCHEDULED", "CANCELLED"],
  AWAITING_APPROVAL: ["AWAITING_APPROVAL", "AWAITING_IMAGES", "DRAFT", "SCHEDULED", "MISSED", "CANCELLED"],
  AWAITING_IMAGES: ["AWAITING_IMAGES", "AWAITING_APPROVAL", "DRAFT", "SCHEDULED", "MISSED", "CANCELLED"],
  SCHEDULED: [
    ...(["SCHEDULED", "DRAFT", "AWAITING_APPROVAL", "AWAITING_IMAGES"] as const),
    ...(["PUBLISHING", "FAILED", "MISSED", "CANCELLED"] as const),
  ],
  PUBLISHING: ["PUBLISHING", "PUBLISHED", "SUBMITTED", "SCHEDULED", "UNKNOWN", "FAILED", "MISSED", "CANCELLED"],
  SUBMITTED: ["SUBMITTED", "PUBLISHED", "FAILED", "UNKNOWN"],
  UNKNOWN: ["PUBLISHED", "FAILED"],
  PUBLISHED: [],
  FAILED: ["AWAITING_APPROVAL", "AWAITING_IMAGES", "SCHEDULED"],
  MISSED: ["AWAITING_APPROVAL", "AWAITING_IMAGES", "SCHEDULED", "CANCELLED"],
  CANCELLED: ["AWAITING_APPROVAL", "AWAITING_IMAGES", "SCHEDULED"],
} as const satisfies Record<PostTargetStatus, readonly PostTargetStatus[]>;

/** Whether the life of a target has this step. */
export const targetMayMove = (from: PostTargetStatus, to: PostTargetStatus): boolean =>
  movesFrom[from].some((status) => status === to);

/** What can be cancelled at once: it waits, or waited too long. What is being sent is asked to stop instead. */
export const cancellable: readonly PostTargetStatus[] = Object.values(PostTargetStatus).filter(
  (status) => status !== "PUBLISHING" && targetMayMove(status, "CANCELLED"),
);

/** A move: the row as it was read, where it goes, and what changes with it. */
export interface TargetMove {
  readonly target: {
    readonly id: string;
    readonly postId: string;
    readonly workspaceId: string;
    readonly status: PostTargetStatus;
    readonly fence: number;
  };
  readonly to: PostTargetStatus;
  readonly data?: Prisma.PostTargetUncheckedUpdateManyInput;
  /** Somebody explicitly wants a second post of what is out: the one way on from PUBLISHED. */
  readonly secondPost?: boolean;
}

/**
 * Moves a target and records its post's event and what people are to be told, in the caller's transaction. Answers false, and changes nothing, when the row
 * is no longer as it was read: then somebody else owns it. A step that the life does not have is a bug.
 */
export async function moveTarget(tx: Tx, { target, to, data = {}, secondPost = false }: TargetMove): Promise<boolean> {
  const again = secondPost && target.status === "PUBLISHED" && to === "SCHEDULED";
  if (!again && !targetMayMove(target.status, to))
    throw new Error(`A target cannot move from ${target.status} to ${to}.`);
  const [moved] = await tx.postTarget.updateManyAndReturn({
    where: { id: target.id, status: target.status, fence: target.fence },
    data: { ...data, status: to, statusVersion: { increment: 1 } },
    select: { statusVersion: true },
  });
  if (moved === undefined) return false;
  const { workspaceId, postId: entityId } = target;
  await recordEvents(tx, [{ workspaceId, topic: postTopic, entityId, kind: "UPDATED", version: moved.statusVersion }]);
  const kind = noticeOf[to];
  const cause = { id: target.id, version: moved.statusVersion };
  if (kind !== undefined) await recordNotices(tx, [{ workspaceId, kind, entityId, cause, groupKey: entityId }]);
  return true;
}

/** A change of a target that is no step of its life. */
export interface TargetNote {
  readonly target: Pick<TargetMove["target"], "id" | "postId" | "workspaceId">;
  /** How the row was read; anything else by now is left alone. */
  readonly where: Prisma.PostTargetWhereInput;
  readonly data: Prisma.PostTargetUncheckedUpdateManyInput;
}

/** Writes something on a target without moving it, with its post's event. Answers false when the row is no longer as it was read. */
export async function noteOnTarget(tx: Tx, { target, where, data }: TargetNote): Promise<boolean> {
  const [noted] = await tx.postTarget.updateManyAndReturn({
    where: { ...where, id: target.id },
    data: { ...data, statusVersion: { increment: 1 } },
    select: { statusVersion: true },
  });
  if (noted === undefined) return false;
  const { workspaceId, postId: entityId } = target;
  await recordEvents(tx, [{ workspaceId, topic: postTopic, entityId, kind: "UPDATED", version: noted.statusVersion }]);
  return true;
}

const noticeOf: Partial<Record<PostTargetStatus, NotificationKind>> = {
  PUBLISHED: "POST_PUBLISHED",
  FAILED: "POST_FAILED",
  UNKNOWN: "POST_UNKNOWN",
  MISSED: "POST_MISSED",
};
