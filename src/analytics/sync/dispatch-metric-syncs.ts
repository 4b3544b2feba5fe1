import { z } from "zod";
import type { Clock } from "../../infra/clock.ts";
import type { Db, Transact } from "../../infra/db.ts";
import { waitingJobs } from "../../infra/waiting-jobs.ts";
import { accountWakeUpKey, wakeAccounts } from "./wake-accounts.ts";

/** Accounts of one dispatch; the next comes a minute later. */
const batchSize = 200;

const accounts = z.array(z.object({ id: z.string() }));

/** Wakes a worker for each account with posts whose numbers are due, those that wait longest first. Answers how many. */
export async function dispatchMetricSyncs({
  db,
  transact,
  clock,
}: {
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
}): Promise<number> {
  const now = clock.now();
  const due = accounts.parse(
    await db.$queryRaw`
      select social_account_id as id from target_metrics
      where next_sync_at <= ${now} and (lease_until is null or lease_until <= ${now})
      group by social_account_id order by min(next_sync_at), social_account_id limit ${batchSize}`,
  );
  const ids = due.map(({ id }) => id);
  const waiting = await waitingJobs(db, ids.map(accountWakeUpKey));
  const asleep = ids.filter((id) => !waiting.has(accountWakeUpKey(id)));
  if (asleep.length > 0) await transact((tx) => wakeAccounts(tx, asleep));
  return asleep.length;
}
