import { z } from "zod";
import { defineJob } from "../../infra/jobs.ts";

/** Removes an avatar's files, if it is nobody's. */
export const forgetAvatarJob = defineJob({
  name: "forget-avatar",
  payload: z.object({ avatarId: z.uuid() }),
  maxAttempts: 10,
});
