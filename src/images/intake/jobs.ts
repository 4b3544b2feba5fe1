import { z } from "zod";
import { defineJob } from "../../infra/jobs.ts";

/** Takes in one picture that was uploaded or is to be imported. */
export const takeInImageJob = defineJob({
  name: "take-in-image",
  payload: z.object({ imageId: z.uuid() }),
  // A crash is repaired by the sweep, a refusal is written into the row: the queue itself has nothing to repeat.
  maxAttempts: 3,
});
