import type { Tx } from "../infra/db.ts";
import { recordEvents } from "../infra/events.ts";
import type { Actor } from "../workspaces/require-member.ts";
import { enqueueRendering } from "./enqueue-rendering.ts";
import { findPostToWrite } from "./find-post.ts";
import { findPostParts } from "./find-post-parts.ts";
import { imageRows, type PostInput, targetRows } from "./post-input.ts";
import { lockAccounts } from "./queue/lock-accounts.ts";
import type { Schedule } from "./schedule-input.ts";
import { type SchedulingServices, scheduleTargets } from "./schedule-targets.ts";
import { postTopic } from "./target-status.ts";

/** A post as it is written down. */
export interface NewPost extends PostInput {
  readonly workspaceId: string;
  /** Null: a draft. */
  readonly schedule: Schedule | null;
  readonly allowDuplicate: boolean;
  /** What each picture is waited for with, where it is still being made. */
  readonly awaits?: readonly { readonly awaited?: boolean; readonly triesLeft?: number }[];
}

/**
 * Writes a post whose pictures have rows, in the caller's transaction, and schedules it where it has a time. Answers its id. The caller has found that
 * the viewer may write posts there. Throws a `NotFoundError` for a picture or account of others, and what scheduling throws.
 */
export async function insertPost(tx: Tx, services: SchedulingServices, viewer: Actor, input: NewPost): Promise<string> {
  const { workspaceId, caption, schedule, allowDuplicate, awaits = [] } = input;
  const { userId } = viewer;
  await findPostParts(tx, workspaceId, input);
  // Accounts are locked before posts.
  const accountIds = input.targets.map(({ socialAccountId }) => socialAccountId);
  if (schedule !== null && "nextSlot" in schedule) await lockAccounts(tx, accountIds);
  const { id: postId } = await tx.post.create({
    data: {
      ...{ workspaceId, authorId: userId, caption },
      images: { create: imageRows(input).map((row, index) => ({ ...row, ...awaits[index] })) },
      targets: { create: targetRows(input).map((target) => ({ ...target, workspaceId })) },
    },
    select: { id: true },
  });
  await recordEvents(tx, [{ workspaceId, topic: postTopic, entityId: postId, kind: "CREATED", version: 0 }]);
  const post = await findPostToWrite(tx, viewer, postId, schedule === null ? "posts:write" : "posts:publish");
  if (schedule === null) await enqueueRendering(tx, post.targets);
  else await scheduleTargets(tx, services, post, { ...schedule, by: { userId }, allowDuplicate });
  return postId;
}
