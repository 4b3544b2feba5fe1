import { z } from "zod";
import { addMilliseconds, type Clock } from "../infra/clock.ts";
import type { Db, Transact } from "../infra/db.ts";
import { enqueue } from "../infra/jobs.ts";
import { waitingJobs } from "../infra/waiting-jobs.ts";
import { targetWakeUpKey, wakeTargets } from "../posts/wake-targets.ts";
import { verifyTargetJob } from "./jobs.ts";

/** A due target is late by this before its wake-up may count as lost, in milliseconds. */
const wakeUpGrace = 5_000;

/** Reading back is late by this before its wake-up counts as lost, in milliseconds. */
const verifyGrace = 60_000;
const batchSize = 200;

const found = z.array(z.object({ id: z.uuid(), at: z.date(), begun: z.boolean().default(false) }));

/** What sweeping touches. */
interface SweepServices {
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly config: { readonly PUBLISH_GRACE_MINUTES: number };
}

/**
 * Wakes up what a lost job or a dead process left: due targets that nobody took, sends and preparations whose lease ran out,
 * and posts that nobody read back. Of one account only the next in line is woken, so that a long queue behind a slow account
 * takes nobody's place, and of a paused one nothing; what is too late is woken all the same, to be told. What still waits its
 * turn in a long queue of jobs is left there. Answers how many were woken.
 */
export async function sweepTargets(services: SweepServices): Promise<number> {
  const { db, transact, clock, config } = services;
  const now = clock.now();
  const late = addMilliseconds(now, -wakeUpGrace);
  const tooLate = addMilliseconds(now, -config.PUBLISH_GRACE_MINUTES * 60_000);
  const next = await db.$queryRaw`
    select id, due_at as at from (
      select distinct on (social_account_id) id, due_at, social_account_id from post_target
      where status = 'SCHEDULED' and due_at < ${late} order by social_account_id, scheduled_at, id) as head
    where not exists (
      select from post_target busy where busy.social_account_id = head.social_account_id and busy.status = 'PUBLISHING')
      and exists (select from social_account where social_account.id = head.social_account_id and state <> 'PAUSED')
    order by due_at, id limit ${batchSize}`;
  const missed = await db.$queryRaw`
    select id, due_at as at from post_target
    where status = 'SCHEDULED' and due_at < ${late} and scheduled_at < ${tooLate} order by due_at, id limit ${batchSize}`;
  const abandoned = await db.$queryRaw`
    select id, lease_until as at, true as begun from post_target
    where status in ('PUBLISHING', 'SUBMITTED') and lease_until < ${now} order by lease_until, id limit ${batchSize}`;
  const wakeUps = new Map([next, missed, abandoned].flatMap((rows) => found.parse(rows).map((row) => [row.id, row])));
  const waiting = await waitingJobs(db, [...wakeUps.values()].map(targetWakeUpKey));
  const lost = [...wakeUps.values()].filter((wakeUp) => !waiting.has(targetWakeUpKey(wakeUp)));
  if (lost.length > 0) await transact((tx) => wakeTargets(tx, lost));
  return lost.length + (await sweepVerifications(services, now));
}

async function sweepVerifications({ db, transact }: SweepServices, now: Date): Promise<number> {
  const unread = await db.postTarget.findMany({
    where: { verifyAt: { lt: addMilliseconds(now, -verifyGrace) } },
    select: { id: true },
    orderBy: { verifyAt: "asc" },
    take: batchSize,
  });
  const keyOf = (id: string) => `verify-target:${id}`;
  const waiting = await waitingJobs(
    db,
    unread.map(({ id }) => keyOf(id)),
  );
  const lost = unread.filter(({ id }) => !waiting.has(keyOf(id)));
  const jobs = lost.map(({ id }) => ({ payload: { targetId: id }, key: keyOf(id), runAt: now }));
  if (jobs.length > 0) await transact((tx) => enqueue(tx, verifyTargetJob, jobs));
  return jobs.length;
}
