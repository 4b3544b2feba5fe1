import type { z } from "zod";
import type { Tx } from "../../infra/db.ts";
import { enqueue } from "../../infra/jobs.ts";
import { sendNoticeJob } from "../jobs.ts";

/** Has somebody told by mail, in the transaction of what they are told. */
export async function enqueueNotice(tx: Tx, notice: z.input<typeof sendNoticeJob.payload>): Promise<void> {
  await enqueue(tx, sendNoticeJob, [{ payload: notice }]);
}
