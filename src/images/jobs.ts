import { z } from "zod";
import { defineJob } from "../infra/jobs.ts";

/** Generates one pending picture. */
export const generateImageJob = defineJob({
  name: "generate-image",
  payload: z.object({ imageId: z.uuid() }),
  // A crash is repaired by the sweep, a failure is written into the row: the queue itself has nothing to repeat.
  maxAttempts: 3,
});
