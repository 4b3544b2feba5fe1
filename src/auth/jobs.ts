import { z } from "zod";
import { defineJob } from "../infra/jobs.ts";

/** Makes the secret of a mailed link and sends it. */
export const sendMailLinkJob = defineJob({
  name: "send-mail-link",
  payload: z.object({ mailLinkId: z.uuid() }),
  maxAttempts: 8,
});

/** Tells somebody by mail what happened to their account. */
export const sendAccountNoticeJob = defineJob({
  name: "send-account-notice",
  payload: z.object({ auditEntryId: z.uuid() }),
  maxAttempts: 8,
});
