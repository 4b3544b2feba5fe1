import type { Tx } from "../../infra/db.ts";
import { enqueue } from "../../infra/jobs.ts";
import { takeInImageJob } from "./jobs.ts";

/** The key of a picture's wake-up in the queue: one waits for each, however often it is asked for. */
export const intakeWakeUpKey = (imageId: string): string => `take-in-image:${imageId}`;

/** Enqueues the intake of waiting pictures in the caller's transaction. */
export async function wakeIntake(tx: Tx, imageIds: readonly string[]): Promise<void> {
  const wakeUps = imageIds.map((imageId) => ({ payload: { imageId }, key: intakeWakeUpKey(imageId) }));
  await enqueue(tx, takeInImageJob, wakeUps);
}
