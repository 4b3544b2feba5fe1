import { z } from "zod";
import { defineJob } from "../../infra/jobs.ts";

/** Erases an account that is due, or goes on with it. */
export const eraseAccountJob = defineJob({
  name: "erase-account",
  payload: z.object({ userId: z.uuid() }),
  // Whatever is left is taken up again within the hour: see dispatch-due-erasures.ts.
  maxAttempts: 3,
});
