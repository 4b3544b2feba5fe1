import type { Clock } from "../../infra/clock.ts";
import type { Db, Transact } from "../../infra/db.ts";
import { waitingJobs } from "../../infra/waiting-jobs.ts";
import { tagRewriteKey, wakeTagRewrites } from "./follow-tags.ts";

const batchSize = 100;

/** Wakes up what a dead process left of texts that were to follow their tags. Answers how many workspaces were woken. */
export async function sweepTagRewrites({
  db,
  transact,
  clock,
}: {
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
}): Promise<number> {
  const left = await db.tagRewrite.findMany({
    where: { OR: [{ leaseUntil: null }, { leaseUntil: { lt: clock.now() } }] },
    select: { workspaceId: true },
    take: batchSize,
  });
  const ids = left.map(({ workspaceId }) => workspaceId);
  const waiting = await waitingJobs(db, ids.map(tagRewriteKey));
  const lost = ids.filter((id) => !waiting.has(tagRewriteKey(id)));
  if (lost.length > 0) await transact((tx) => wakeTagRewrites(tx, lost));
  return lost.length;
}
