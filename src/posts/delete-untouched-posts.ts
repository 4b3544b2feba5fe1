import { z } from "zod";
import type { PostTargetStatus } from "../generated/prisma/enums.ts";
import type { Tx } from "../infra/db.ts";
import { recordEvents } from "../infra/events.ts";
import { type Actor, requireMember } from "../workspaces/require-member.ts";
import { postTopic } from "./target-status.ts";

const deletedRows = z.array(z.object({ id: z.string() }));

/** Which posts may go. */
export interface UntouchedPosts {
  readonly workspaceId: string;
  /** Locked, with `lockPosts`. */
  readonly postIds: readonly string[];
  /** All targets of a post must be in one of these; of no post that is or may be out is that true. */
  readonly states: readonly Extract<PostTargetStatus, "SCHEDULED" | "AWAITING_APPROVAL" | "CANCELLED">[];
}

/**
 * Deletes those of a workspace's posts that are as they were made: nobody edited or commented on them. Answers their ids; the others stay. Throws a `ForbiddenError` for a
 * role or token that may not write posts.
 */
export async function deleteUntouchedPosts(
  tx: Tx,
  viewer: Actor,
  { workspaceId, postIds, states }: UntouchedPosts,
): Promise<ReadonlySet<string>> {
  if (postIds.length === 0) return new Set();
  await requireMember(tx, viewer, { workspaceId, permission: "posts:write", what: "post" });
  const deleted = deletedRows.parse(
    await tx.$queryRaw`
      delete from post as p
      where p.id = any(${postIds}::uuid[]) and p.workspace_id = ${workspaceId}::uuid and p.version = 1
        and not exists (select from post_comment c where c.post_id = p.id)
        and not exists (select from post_target t where t.post_id = p.id and t.status::text <> all(${states}))
      returning p.id`,
  );
  await recordEvents(
    tx,
    deleted.map(({ id: entityId }) => ({
      ...({ workspaceId, topic: postTopic, entityId, kind: "DELETED", version: 2 } as const),
    })),
  );
  return new Set(deleted.map(({ id }) => id));
}
