import { addMilliseconds, type Clock } from "./clock.ts";
import type { Db } from "./db.ts";

/** For how long a cursor can be resumed, in milliseconds. */
export const eventRetention = 24 * 60 * 60 * 1_000;

/**
 * Events are kept for longer than that: an event carries the moment at which its transaction began, so what stands behind a
 * cursor may look older than the cursor does, and the clocks of this machine and of the database's may differ.
 */
export const eventsKeptFor = eventRetention + 60 * 60 * 1_000;

/** Deletes the events that nobody can resume from any more. Answers how many. */
export async function forgetEvents({ db, clock }: { db: Db; clock: Clock }): Promise<number> {
  const { count } = await db.event.deleteMany({ where: { at: { lt: addMilliseconds(clock.now(), -eventsKeptFor) } } });
  return count;
}
