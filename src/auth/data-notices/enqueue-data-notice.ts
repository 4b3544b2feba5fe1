import type { z } from "zod";
import type { Tx } from "../../infra/db.ts";
import { enqueue } from "../../infra/jobs.ts";
import { sendDataNoticeJob } from "./jobs.ts";

/** Has somebody told by mail, in the transaction of what they are told. */
export async function enqueueDataNotice(tx: Tx, notice: z.input<typeof sendDataNoticeJob.payload>): Promise<void> {
  await enqueue(tx, sendDataNoticeJob, [{ payload: notice }]);
}
