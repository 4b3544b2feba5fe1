import { z } from "zod";
import { defineJob } from "../infra/jobs.ts";

/** Reads a published post back. */
export const verifyTargetJob = defineJob({
  name: "verify-target",
  payload: z.object({ targetId: z.uuid() }),
  // The row says when it is next; the sweep knocks again.
  maxAttempts: 3,
});
