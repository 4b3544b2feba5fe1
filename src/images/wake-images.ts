import type { Tx } from "../infra/db.ts";
import { enqueue } from "../infra/jobs.ts";
import { generateImageJob } from "./jobs.ts";

/** The key of a picture's wake-up in the queue: one waits for each, however often it is asked for. */
export const imageWakeUpKey = (imageId: string): string => `generate-image:${imageId}`;

/** Enqueues the generation of waiting pictures in the caller's transaction; at once, or not before a moment. */
export async function wakeImages(tx: Tx, imageIds: readonly string[], runAt?: Date): Promise<void> {
  const wakeUps = imageIds.map((imageId) => ({
    payload: { imageId },
    key: imageWakeUpKey(imageId),
    ...(runAt && { runAt }),
  }));
  await enqueue(tx, generateImageJob, wakeUps);
}
