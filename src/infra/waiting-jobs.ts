import { z } from "zod";
import type { Db, Tx } from "./db.ts";

const rows = z.array(z.object({ key: z.string() }));

/**
 * Which of these job keys belong to a job that waits in the queue. A job that runs, was lost with its process, or used up its
 * tries does not count: for a sweep, those rows have no wake-up.
 */
export async function waitingJobs(db: Db | Tx, keys: readonly string[]): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set();
  const found = await db.$queryRaw`
    select key from graphile_worker.jobs
    where key = any(${[...keys]}) and locked_at is null and attempts < max_attempts`;
  return new Set(rows.parse(found).map((row) => row.key));
}
