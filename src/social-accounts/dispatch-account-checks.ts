import { addMilliseconds, type Clock } from "../infra/clock.ts";
import type { Db, Transact } from "../infra/db.ts";
import { enqueue } from "../infra/jobs.ts";
import { platforms } from "../platforms/registry.ts";
import { publishableStates } from "./account-state.ts";
import { checkAccountJob } from "./jobs.ts";

/** Access that is not renewed may end without a word: it is looked at so often, in milliseconds. */
const checkInterval = 24 * 60 * 60_000;
const batchSize = 200;

/**
 * Has a worker look at accounts whose access nothing else shows the end of: those that are not renewed and were not looked at for
 * a day. Answers how many.
 */
export async function dispatchAccountChecks({
  db,
  transact,
  clock,
}: {
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
}): Promise<number> {
  const now = clock.now();
  const before = addMilliseconds(now, -checkInterval);
  const due = await db.socialAccount.findMany({
    where: {
      ...{ state: { in: [...publishableStates] }, credentials: { not: null } },
      platform: { in: platforms.filter(({ refresh }) => refresh === null).map(({ name }) => name) },
      OR: [{ lastCheckedAt: null }, { lastCheckedAt: { lte: before } }],
    },
    select: { id: true },
    orderBy: [{ lastCheckedAt: { sort: "asc", nulls: "first" } }, { id: "asc" }],
    take: batchSize,
  });
  if (due.length === 0) return 0;
  // Spread over the hour until the next dispatch.
  const gap = (50 * 60_000) / due.length;
  await transact((tx) =>
    enqueue(
      tx,
      checkAccountJob,
      due.map(({ id }, index) => ({
        payload: { socialAccountId: id },
        runAt: addMilliseconds(now, index * gap),
        key: `check-account:${id}`,
      })),
    ),
  );
  return due.length;
}
