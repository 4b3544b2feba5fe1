import { addMilliseconds, type Clock } from "../../infra/clock.ts";
import type { Db, Transact } from "../../infra/db.ts";
import { enqueue, type JobDefinition } from "../../infra/jobs.ts";
import { waitingJobs } from "../../infra/waiting-jobs.ts";
import { connectedStates } from "../account-state.ts";
import { endAccessJob, refreshAccountJob } from "../jobs.ts";

const batchSize = 100;

/** A post that is being sent, or looked up, still needs the access of an account that was disconnected; so long at most. */
const endPatience = 2 * 60 * 60_000;

/** What sweeping touches. */
export interface SweepServices {
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
}

/**
 * Wakes up what is due of accounts: access to be renewed, and access of disconnected accounts to be ended. The row says when;
 * there is no other timetable. Answers how many were woken.
 */
export async function sweepAccounts(services: SweepServices): Promise<number> {
  const { db, clock } = services;
  const now = clock.now();
  const due = await db.socialAccount.findMany({
    where: {
      ...{ refreshAt: { lte: now }, state: { in: [...connectedStates] } },
      OR: [{ refreshLeaseUntil: null }, { refreshLeaseUntil: { lte: now } }],
    },
    select: { id: true },
    orderBy: [{ refreshAt: "asc" }, { id: "asc" }],
    take: batchSize,
  });
  const ended = await db.socialAccount.findMany({
    where: {
      ...{ disconnectedAt: { not: null }, credentials: { not: null }, state: "DISCONNECTED" },
      OR: [
        { targets: { none: { status: { in: ["PUBLISHING", "SUBMITTED"] } } } },
        { disconnectedAt: { lte: addMilliseconds(now, -endPatience) } },
      ],
    },
    select: { id: true },
    orderBy: [{ disconnectedAt: "asc" }, { id: "asc" }],
    take: batchSize,
  });
  return (await wake(services, refreshAccountJob, due)) + (await wake(services, endAccessJob, ended));
}

async function wake(
  { db, transact }: SweepServices,
  job: JobDefinition<typeof refreshAccountJob.payload>,
  accounts: readonly { readonly id: string }[],
): Promise<number> {
  const keyOf = (id: string) => `${job.name}:${id}`;
  const waiting = await waitingJobs(
    db,
    accounts.map(({ id }) => keyOf(id)),
  );
  const asleep = accounts.filter(({ id }) => !waiting.has(keyOf(id)));
  const requests = asleep.map(({ id }) => ({ payload: { socialAccountId: id }, key: keyOf(id) }));
  if (requests.length > 0) await transact((tx) => enqueue(tx, job, requests));
  return requests.length;
}
