import { z } from "zod";
import { defineJob } from "../../infra/jobs.ts";

/** What people are told about their data. */
const kinds = ["DATA_EXPORT_READY", "ERASURE_REQUESTED", "ERASURE_CANCELLED"] as const;

/** Tells a person by mail what becomes of their data. What it says is read from their row when it is sent. */
export const sendDataNoticeJob = defineJob({
  name: "send-data-notice",
  payload: z.object({ userId: z.uuid(), kind: z.enum(kinds) }),
  maxAttempts: 8,
});
