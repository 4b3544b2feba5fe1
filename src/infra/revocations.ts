/**
 * Ended sessions and API tokens, known in every web process within a second, without a statement for each request.
 *
 * Ending one writes a `revocation` row in the same transaction. Every web process reads the rows of the last moments once a
 * second and keeps their ids for as long as an access token could outlive its session. The database's clock is the only one
 * that counts, so that processes whose clocks differ agree; the window read is longer than any transaction may take, so that a
 * row that was committed late is read all the same.
 */
import { z } from "zod";
import type { Db, Tx } from "./db.ts";
import type { Logger } from "./log.ts";

const pollInterval = 1_000;
/** Seconds of rows before the last answer that every poll reads again: more than a transaction's time limit. */
const window = 60;
/** Seconds that a revocation is remembered, and read back by a process that starts: more than an access token lives. */
const remembered = 20 * 60;

/** Records ended sessions or API tokens, in the transaction that ends them. */
export async function recordRevocations(tx: Tx, subjectIds: readonly string[]): Promise<void> {
  if (subjectIds.length > 0) await tx.revocation.createMany({ data: subjectIds.map((subjectId) => ({ subjectId })) });
}

/** What has ended, as one process knows it. */
export interface Revocations {
  has(subjectId: string): boolean;
  /** Calls `listener` once a subject is seen to have ended; soon, when it is seen already. Returns the end of it. */
  listen(subjectId: string, listener: () => void): () => void;
  /** Reads once more, now: so that a process knows at once what it has ended itself. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

const readShape = z.tuple([z.object({ readAt: z.date(), subjectIds: z.array(z.string()) })]);

/** What a feed is opened with. `polling: false` for processes that serve nobody. */
export interface RevocationOptions {
  readonly db: Db;
  readonly log: Pick<Logger, "error">;
  readonly polling: boolean;
}

/** Opens the feed; resolves once what ended before is known. */
export async function openRevocations({ db, log, polling }: RevocationOptions): Promise<Revocations> {
  const ended = createEndedSet();
  /** When the database answered last, by its own clock; null: never, or it has failed since. */
  let lastRead: Date | null = null;
  const read = async () => {
    // From the last answer on, not from now: a process that stood still (a machine that slept or was moved) missed more.
    const rows = await db.$queryRaw`
      select now() as "readAt", array(
        select distinct subject_id::text from revocation
        where at > coalesce(${lastRead}::timestamptz - make_interval(secs => ${window}::double precision),
                            now() - make_interval(secs => ${remembered}::double precision))) as "subjectIds"`;
    const [{ readAt, subjectIds }] = readShape.parse(rows);
    ended.add(subjectIds);
    lastRead = readAt;
  };
  if (polling) await read();

  let reading: Promise<void> = Promise.resolve();
  let waiting = false;
  // One reader at a time; whoever asks while one waits to begin shares it.
  const poll = () => {
    if (waiting) return;
    waiting = true;
    reading = reading.then(async () => {
      waiting = false;
      try {
        await read();
      } catch (error) {
        lastRead = null;
        log.error({ err: error }, "reading which sessions ended failed; it is tried again");
      }
    });
  };
  const timer = polling ? setInterval(poll, pollInterval) : null;

  return {
    has: ended.has,
    listen: ended.listen,
    refresh: async () => {
      poll();
      await reading;
    },
    close: async () => {
      if (timer !== null) clearInterval(timer);
      await reading;
    },
  };
}

/** Remembers what ended, for as long as it matters, and tells who listens. */
function createEndedSet() {
  const ended = new Map<string, number>();
  const listeners = new Map<string, Set<() => void>>();
  return {
    has: (subjectId: string) => ended.has(subjectId),
    add: (subjectIds: readonly string[]) => {
      const now = performance.now();
      for (const subjectId of subjectIds) {
        if (ended.has(subjectId)) continue;
        ended.set(subjectId, now + remembered * 1_000);
        for (const listener of listeners.get(subjectId) ?? []) listener();
      }
      // The oldest come first.
      for (const [subjectId, until] of ended) {
        if (until > now) break;
        ended.delete(subjectId);
      }
    },
    listen: (subjectId: string, listener: () => void) => {
      const set = listeners.get(subjectId) ?? new Set();
      listeners.set(subjectId, set.add(listener));
      // It may have ended between the caller's look and this.
      if (ended.has(subjectId)) queueMicrotask(listener);
      return () => {
        set.delete(listener);
        if (set.size === 0) listeners.delete(subjectId);
      };
    },
  };
}

/** Forgets what every process has long read. */
export async function forgetRevocations({ db }: { db: Db }): Promise<number> {
  return db.$executeRaw`delete from revocation where at < now() - interval '1 hour'`;
}
