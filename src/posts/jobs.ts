import { z } from "zod";
import { defineJob, jobPriority } from "../infra/jobs.ts";

/** Looks at one target and does what is due: send it, look up an unclear send, or nothing. */
export const publishTargetJob = defineJob({
  name: "publish-target",
  payload: z.object({ targetId: z.uuid() }),
  // The row decides what is repeated; the queue only knocks, and the sweep knocks again.
  maxAttempts: 3,
  priority: jobPriority.publishing,
});

/** Makes over the pictures of one target for its platform. */
export const renderTargetJob = defineJob({
  name: "render-target",
  payload: z.object({ targetId: z.uuid() }),
  // Sending makes over what is still missing.
  maxAttempts: 3,
});
