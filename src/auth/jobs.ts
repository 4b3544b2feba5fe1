import { z } from "zod";
import { defineJob } from "../infra/jobs.ts";

/** Removes an avatar's files, if it is nobody's. */
export const forgetAvatarJob = defineJob({
  name: "forget-avatar",
  payload: z.object({ avatarId: z.uuid() }),
  maxAttempts: 10,
});

/** Makes the archive of a person's data. */
export const makeDataExportJob = defineJob({
  name: "make-data-export",
  payload: z.object({ exportId: z.uuid() }),
  // The row counts how often it was begun; the sweep brings back what a dead process left.
  maxAttempts: 5,
});

/** Tells a person something about their account by mail. What it says is read from their row when it is sent. */
export const sendNoticeJob = defineJob({
  name: "send-notice",
  payload: z.object({
    userId: z.uuid(),
    kind: z.enum(["DATA_EXPORT_READY", "ERASURE_REQUESTED", "ERASURE_CANCELLED"]),
  }),
  maxAttempts: 8,
});
