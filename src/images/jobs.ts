import { z } from "zod";
import { defineJob } from "../infra/jobs.ts";

/** Tells those who have plans for it that pictures which a post waits for were decided on. */
export const followAwaitedImagesJob = defineJob({
  name: "follow-awaited-images",
  payload: z.object({ postId: z.uuid() }),
  // The sweep finds the post again.
  maxAttempts: 3,
});

/** Generates one pending picture. */
export const generateImageJob = defineJob({
  name: "generate-image",
  payload: z.object({ imageId: z.uuid() }),
  // A crash is repaired by the sweep, a failure is written into the row: the queue itself has nothing to repeat.
  maxAttempts: 3,
});
