import { addMilliseconds } from "../infra/clock.ts";
import { ConflictError } from "../infra/errors.ts";

/** How many days a picture stays in the trash. */
export const trashDays = 30;

/** Whoever was put into the trash at this moment or before is past its time. */
export const trashHorizon = (now: Date): Date => addMilliseconds(now, -trashDays * 24 * 60 * 60 * 1_000);

/** Why a picture in the trash is not changed. */
export const inTrash = (): ConflictError =>
  new ConflictError("The image is in the trash. Restore it with `restoreImages` first.");
