import { z } from "zod";
import { defineJob } from "../infra/jobs.ts";

/** Mails an invitation. The secret of its link is made by the one who sends it, so it stands in no job. */
export const sendInvitationJob = defineJob({
  name: "send-invitation",
  payload: z.object({ invitationId: z.uuid() }),
  maxAttempts: 8,
});
