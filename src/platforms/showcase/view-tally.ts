/** Views of entries: counted in memory, and written down many at once. Nothing about who looked is kept. */
import { isbot } from "isbot";
import type { Db } from "../../infra/db.ts";

/** What a request tells of who asks. */
interface Asked {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/**
 * Whether a request for a page is somebody who looks at it: a GET by what does not call itself a bot, and that is not made ahead of a
 * look which may never come. Whoever pretends to be a browser counts, and so does whoever comes back.
 */
export function isView({ method, headers }: Asked): boolean {
  const agent = headers["user-agent"];
  if (method !== "GET" || typeof agent !== "string" || agent.trim() === "" || isbot(agent)) return false;
  return !["sec-purpose", "purpose", "x-moz", "x-purpose"].some((name) =>
    /prefetch|preview/i.test(String(headers[name])),
  );
}

/** Views that this process has seen. */
export interface ViewTally {
  /** Counts one view of an entry, in memory. */
  note(entryId: string): void;
  /** Adds what was counted to the entries, in one statement. Rejects when it could not; then it is kept for the next time. */
  write(): Promise<void>;
}

/** A tally; a process that is killed loses what it has not written. */
export function createViewTally(db: Db): ViewTally {
  const views = new Map<string, number>();
  const add = (entryId: string, more: number) => views.set(entryId, (views.get(entryId) ?? 0) + more);
  const writeNow = async () => {
    const written = [...views];
    if (written.length === 0) return;
    views.clear();
    try {
      await addViews(db, written);
    } catch (error) {
      for (const [entryId, count] of written) add(entryId, count);
      throw error;
    }
  };
  let last = Promise.resolve();
  return {
    note: (entryId) => void add(entryId, 1),
    // One after the other: when this is done, everything that was noted before it began is in the database.
    write: () => (last = last.then(writeNow, writeNow)),
  };
}

/** Rows are locked in the order of their ids, so that two processes never wait for one another. */
async function addViews(db: Db, views: readonly (readonly [entryId: string, count: number])[]): Promise<void> {
  const ids = views.map(([entryId]) => entryId);
  await db.$executeRaw`
    with held as materialized (
      select id from showcase_entry where id = any(${ids}::uuid[]) order by id for no key update
    )
    update showcase_entry as entry set views = entry.views + counted.views
    from held join unnest(${ids}::uuid[], ${views.map(([, count]) => count)}::int[]) as counted (id, views) on counted.id = held.id
    where entry.id = held.id`;
}
