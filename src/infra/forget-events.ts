import { addMilliseconds, type Clock } from "./clock.ts";
import type { Db } from "./db.ts";

/** How long events are kept, in milliseconds: a cursor older than this cannot be resumed. */
export const eventRetention = 24 * 60 * 60 * 1_000;

/** Deletes the events that nobody can resume from any more. Answers how many. */
export async function forgetEvents({ db, clock }: { db: Db; clock: Clock }): Promise<number> {
  const { count } = await db.event.deleteMany({ where: { at: { lt: addMilliseconds(clock.now(), -eventRetention) } } });
  return count;
}
