import type { Tx } from "../../infra/db.ts";
import { ConflictError } from "../../infra/errors.ts";
import { colourFor, mostTagsOfWorkspace, tagKey } from "./tag-name.ts";

/**
 * Lets one transaction at a time name tags in a workspace, so that what it looked up stays true. Every
 * writer of tags, and of tags on pictures, takes it first and locks pictures behind it: nobody waits in a circle.
 */
export async function lockTagNames(tx: Tx, workspaceId: string): Promise<void> {
  // NOTE A plain `for update` would wait for everybody who writes a row that refers to the workspace.
  await tx.$queryRaw`select 1 from workspace where id = ${workspaceId}::uuid for no key update`;
}

/**
 * The ids of tags by their names; those that there are none of are made. None of them goes before the transaction ends. Throws a
 * `ConflictError` when the workspace would have too many.
 */
export async function ensureTags(tx: Tx, workspaceId: string, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  await lockTagNames(tx, workspaceId);
  const found = await tx.tag.findMany({
    where: { workspaceId, nameKey: { in: names.map(tagKey) } },
    select: { id: true, nameKey: true },
  });
  const missing = names.filter((name) => !found.some(({ nameKey }) => nameKey === tagKey(name)));
  if (missing.length > 0) await requireRoomForTags(tx, workspaceId, missing.length);
  const made = await tx.tag.createManyAndReturn({
    data: missing.map((name) => ({ workspaceId, name, nameKey: tagKey(name), colour: colourFor(name) })),
    select: { id: true },
  });
  return [...found, ...made].map(({ id }) => id);
}

/** Throws a `ConflictError` when a workspace, whose tag names are locked, cannot have so many more tags. */
export async function requireRoomForTags(tx: Tx, workspaceId: string, more: number): Promise<void> {
  const count = await tx.tag.count({ where: { workspaceId } });
  if (count + more <= mostTagsOfWorkspace) return;
  throw new ConflictError(
    `The workspace has ${count} tags; ${mostTagsOfWorkspace} are the most. Merge or delete some first.`,
  );
}
