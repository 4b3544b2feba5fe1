import type { Clock } from "../../infra/clock.ts";
import type { Db } from "../../infra/db.ts";
import type { ObjectStorage } from "../../infra/storage.ts";
import { removeExportFiles } from "./export-files.ts";

const batchSize = 100;

/** Deletes files of numbers that are past their time: the file first, so that none is left without a row. Answers how many. */
export async function forgetExports({
  db,
  clock,
  storage,
}: {
  readonly db: Db;
  readonly clock: Clock;
  readonly storage: ObjectStorage;
}): Promise<number> {
  let forgotten = 0;
  for (;;) {
    const over = await db.metricExport.findMany({
      where: { expiresAt: { lt: clock.now() } },
      select: { id: true, workspaceId: true, fence: true },
      take: batchSize,
    });
    for (const row of over) await removeExportFiles(storage, row, row.fence);
    await db.metricExport.deleteMany({ where: { id: { in: over.map(({ id }) => id) } } });
    forgotten += over.length;
    if (over.length < batchSize) return forgotten;
  }
}
