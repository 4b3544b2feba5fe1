import type { Tx } from "../../infra/db.ts";
import { enqueue } from "../../infra/jobs.ts";
import { rewriteTagNamesJob } from "./jobs.ts";
import { writeTagNames } from "./write-tag-names.ts";

/** Pictures whose text is written at once. More of them would keep everybody else who tags waiting. */
const mostAtOnce = 200;

/** Pictures that a change of a tag touches, read before it: enough of them to tell whether they are too many to be written at once. */
export async function imagesToFollow(tx: Tx, tagId: string): Promise<string[]> {
  const rows = await tx.imageTag.findMany({ where: { tagId }, select: { imageId: true }, take: mostAtOnce + 1 });
  return rows.map(({ imageId }) => imageId);
}

/**
 * Lets pictures' texts follow a change of tags, in the transaction that made it: at once where they are few, else soon, by a job.
 * What a picture's tags are is told by their rows in any case; the text is for the search.
 */
export async function followTags(tx: Tx, workspaceId: string, imageIds: readonly string[]): Promise<void> {
  if (imageIds.length <= mostAtOnce) return writeTagNames(tx, imageIds);
  await tx.tagRewrite.upsert({
    where: { workspaceId },
    create: { workspaceId },
    update: { round: { increment: 1 } },
    select: { workspaceId: true },
  });
  return wakeTagRewrites(tx, [workspaceId]);
}

/** The key of a workspace's wake-up in the queue: one waits for each, however often it is asked for. */
export const tagRewriteKey = (workspaceId: string): string => `rewrite-tag-names:${workspaceId}`;

/** Enqueues the work in the caller's transaction. */
export async function wakeTagRewrites(tx: Tx, workspaceIds: readonly string[]): Promise<void> {
  const wakeUps = workspaceIds.map((workspaceId) => ({ payload: { workspaceId }, key: tagRewriteKey(workspaceId) }));
  await enqueue(tx, rewriteTagNamesJob, wakeUps);
}
