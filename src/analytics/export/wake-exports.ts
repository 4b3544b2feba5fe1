import type { Tx } from "../../infra/db.ts";
import { enqueue } from "../../infra/jobs.ts";
import { makeMetricExportJob } from "../jobs.ts";

/** The key of an export's wake-up in the queue: one waits for each, however often it is asked for. */
export const exportWakeUpKey = (exportId: string): string => `${makeMetricExportJob.name}:${exportId}`;

/** Enqueues the making of exports in the caller's transaction. */
export async function wakeExports(tx: Tx, exportIds: readonly string[]): Promise<void> {
  const wakeUps = exportIds.map((exportId) => ({ payload: { exportId }, key: exportWakeUpKey(exportId) }));
  await enqueue(tx, makeMetricExportJob, wakeUps);
}
