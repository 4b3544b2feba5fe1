import type { Tx } from "../../infra/db.ts";
import { NotFoundError } from "../../infra/errors.ts";
import { type Actor, requireMember } from "../../workspaces/require-member.ts";
import { lockTagNames } from "./ensure-tags.ts";

/** A tag that nobody else changes before the transaction ends. */
export interface LockedTag {
  readonly id: string;
  readonly workspaceId: string;
  readonly name: string;
}

/**
 * Reads a tag that the viewer may change, and locks it. Throws a `NotFoundError` for one they cannot see, a `ForbiddenError`
 * for a role or token that does not edit.
 */
export async function findTagToWrite(tx: Tx, viewer: Actor, tagId: string): Promise<LockedTag> {
  const tag = await tx.tag.findUnique({ where: { id: tagId }, select: { workspaceId: true } });
  if (tag === null) throw new NotFoundError("tag");
  await requireMember(tx, viewer, { workspaceId: tag.workspaceId, permission: "images:edit", what: "tag" });
  await lockTagNames(tx, tag.workspaceId);
  const locked = await tx.tag.findUnique({ where: { id: tagId }, select: { id: true, workspaceId: true, name: true } });
  if (locked === null) throw new NotFoundError("tag");
  return locked;
}
