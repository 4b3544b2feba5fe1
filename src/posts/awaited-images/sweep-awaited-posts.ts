import { z } from "zod";
import { followAwaitedImagesJob } from "../../images/jobs.ts";
import { addMilliseconds, type Clock } from "../../infra/clock.ts";
import type { Db, Transact } from "../../infra/db.ts";
import { enqueue } from "../../infra/jobs.ts";
import { waitingJobs } from "../../infra/waiting-jobs.ts";

const batchSize = 100;
const found = z.array(z.object({ id: z.uuid() }));

/** What sweeping touches. */
interface SweepServices {
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly config: { readonly PUBLISH_GRACE_MINUTES: number };
}

/**
 * Finds posts whose wait for pictures is over: every picture may go out, one failed or was refused and nobody was told yet, or the time has passed.
 * Wakes whoever looks after them. Answers how many.
 */
export async function sweepAwaitedPosts({ db, transact, clock, config }: SweepServices): Promise<number> {
  const tooLate = addMilliseconds(clock.now(), -config.PUBLISH_GRACE_MINUTES * 60_000);
  const rows = await db.$queryRaw`
    select distinct t.post_id as id from post_target t
    where t.status = 'AWAITING_IMAGES' and (
      t.scheduled_at < ${tooLate}
      or t.failure_code is null and (
        exists (
          select from post_image p join image i on i.id = p.image_id
          where p.post_id = t.post_id and p.awaited
            and (i.status in ('FAILED', 'CANCELLED') or i.review_state = 'REJECTED' or i.trashed_at is not null))
        or not exists (
          select from post_image p join image i on i.id = p.image_id join workspace w on w.id = i.workspace_id
          where p.post_id = t.post_id and (
            i.status <> 'GENERATED' or i.trashed_at is not null or i.review_state = 'REJECTED'
            or i.review_state = 'PENDING' and w.review_policy = 'REQUIRED'))))
    limit ${batchSize}`;
  const ids = found.parse(rows).map(({ id }) => id);
  const keyOf = (id: string) => `${followAwaitedImagesJob.name}:${id}`;
  const waiting = await waitingJobs(db, ids.map(keyOf));
  const lost = ids.filter((id) => !waiting.has(keyOf(id)));
  const jobs = lost.map((postId) => ({ payload: { postId }, key: keyOf(postId) }));
  if (jobs.length > 0) await transact((tx) => enqueue(tx, followAwaitedImagesJob, jobs));
  return jobs.length;
}
