import type { Tx } from "../../infra/db.ts";
import { enqueue } from "../../infra/jobs.ts";
import { makeDataExportJob } from "./jobs.ts";

/** The key of an archive's wake-up in the queue: one waits for each, however often it is asked for. */
export const dataExportWakeUpKey = (exportId: string): string => `make-data-export:${exportId}`;

/** Enqueues the making of archives in the caller's transaction. */
export async function wakeDataExports(tx: Tx, exportIds: readonly string[]): Promise<void> {
  const wakeUps = exportIds.map((exportId) => ({ payload: { exportId }, key: dataExportWakeUpKey(exportId) }));
  await enqueue(tx, makeDataExportJob, wakeUps);
}
