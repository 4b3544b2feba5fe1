/** The months of `metric_snapshot`: made ahead, and dropped as a whole when they are old. */
import { z } from "zod";
import type { Clock } from "../infra/clock.ts";
import type { Db, Transact } from "../infra/db.ts";

/** Months that are there ahead of time, this one included. */
const ahead = 4;

/** Months that this process saw being there, by database. */
const seen = new WeakMap<Db, Set<string>>();

/** Makes sure that a moment's month can be written to, without a statement where this process knows it. */
export async function ensurePartition(db: Db, at: Date): Promise<void> {
  const months = seen.get(db) ?? new Set();
  seen.set(db, months);
  const month = at.toISOString().slice(0, 7);
  if (months.has(month)) return;
  await db.$queryRaw`select metric_partitions(${`${month}-01`}::date, 1)`;
  months.add(month);
}

const parts = z.array(z.object({ name: z.string() }));

/**
 * Makes the coming months' partitions and drops those that ended more than `METRIC_RETENTION_MONTHS` ago. A drop waits three seconds
 * at most for readers; one that does not get its turn is tried the next day. Answers how many were dropped.
 */
export async function keepMetricPartitions({
  db,
  transact,
  clock,
  config,
}: {
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly config: { readonly METRIC_RETENTION_MONTHS: number };
}): Promise<number> {
  const now = clock.now();
  const thisMonth = now.toISOString().slice(0, 7);
  await db.$queryRaw`select metric_partitions(${`${thisMonth}-01`}::date, ${ahead}::int)`;
  const oldest = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - config.METRIC_RETENTION_MONTHS));
  const keptFrom = `metric_snapshot_${oldest.toISOString().slice(0, 7).replace("-", "_")}`;
  const rows = await db.$queryRaw`
    select child.relname as name from pg_inherits
    join pg_class as child on child.oid = pg_inherits.inhrelid
    where pg_inherits.inhparent = 'metric_snapshot'::regclass and child.relname < ${keptFrom}
    order by child.relname`;
  const over = parts.parse(rows);
  for (const { name } of over) {
    await transact(async (tx) => {
      await tx.$executeRaw`set local lock_timeout = '3s'`;
      // A name of our own making, read from the catalogue.
      await tx.$executeRawUnsafe(`drop table "${name}"`);
    });
  }
  return over.length;
}
