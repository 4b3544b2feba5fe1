import { z } from "zod";
import { defineJob } from "../../infra/jobs.ts";

/** Mails a person what is due. The dispatch is its second try: whatever breaks off is still due. */
export const mailNotificationsJob = defineJob({
  name: "mail-notifications",
  payload: z.object({ userId: z.uuid() }),
  maxAttempts: 1,
});
