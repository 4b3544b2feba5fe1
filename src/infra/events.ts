/**
 * The event log behind subscriptions.
 *
 * A change writes an `event` row in its own transaction and nothing else: a NOTIFY inside it would make every commit of the
 * server wait in one line. After the commit the process marks itself dirty; a moment later one empty NOTIFY goes out on a
 * connection of its own. Every web process listens on one connection, reads what it has not seen, and fans out in memory.
 * A slow poll is the net: a lost wake-up costs a second, never an event.
 *
 * Order: ids come from a sequence, and sequence order is not commit order. Rows carry their transaction's id, and a reader
 * takes only rows of transactions below every one that still runs (`pg_snapshot_xmin`): nothing can appear behind it later.
 */
import { z } from "zod";
import type { Db, Tx } from "./db.ts";
import { type EventPosition, formatCursor, isAfter } from "./event-cursor.ts";
import { openEars, openWakeUps } from "./event-wake-ups.ts";
import type { Logger } from "./log.ts";

/** The net under lost wake-ups, in milliseconds. */
const pollInterval = 1_000;
const pageSize = 500;

/** What happened. PROGRESS is an update that only moved the progress of unfinished work. */
export type EventKind = "CREATED" | "UPDATED" | "PROGRESS" | "DELETED";

/** A change to tell about. */
export interface NewEvent {
  readonly workspaceId: string;
  /** The kind of entity: `image`, `post`. */
  readonly topic: string;
  readonly entityId: string;
  readonly kind: EventKind;
  /** The entity's status version after the change. */
  readonly version: number;
}

/** A change as subscribers see it. */
export interface RecordedEvent extends NewEvent, EventPosition {
  readonly at: Date;
}

/** Which events a listener wants. */
export interface EventFilter {
  readonly workspaceIds: readonly string[];
  readonly topic: string;
  /** Only these entities; all of the workspace when absent. */
  readonly entityIds?: readonly string[] | undefined;
}

/** Records changes in the transaction that makes them: the events exist exactly when the changes do. */
export async function recordEvents(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  if (events.length > 0) await tx.event.createMany({ data: [...events] });
}

/** The log as one process reads it. */
export interface EventLog {
  /** Says that a transaction with events may have committed here. Cheap; call it after every commit. */
  wake(): void;
  /** Calls `listener` for each matching event that this process reads from now on. Returns the end of it. */
  listen(filter: EventFilter, listener: (event: RecordedEvent) => void): () => void;
  /** How far this process has read: everything before it is visible to a read that starts now. */
  position(): EventPosition;
  /** The position before everything that a reader starting now has not seen. It holds over a fall of the database. */
  horizon(): Promise<EventPosition>;
  /** Matching events after a position, oldest first, up to what is readable now. */
  readAfter(filter: EventFilter, after: EventPosition): AsyncIterable<RecordedEvent>;
  /** Whether a matching event is committed behind a position, also one that is not readable yet. */
  hasLater(filter: EventFilter, after: EventPosition): Promise<boolean>;
  close(): Promise<void>;
}

const eventRow = z.object({
  id: z.coerce.bigint(),
  xid: z.coerce.bigint(),
  workspaceId: z.string(),
  topic: z.string(),
  entityId: z.string(),
  kind: z.enum(["CREATED", "UPDATED", "PROGRESS", "DELETED"]),
  version: z.number(),
  at: z.date(),
});

/** What `openEventLog` needs. `listening: false` makes a log that only wakes others, for workers. */
export interface EventLogOptions {
  readonly databaseUrl: string;
  readonly db: Db;
  readonly log: Pick<Logger, "warn" | "error">;
  readonly listening: boolean;
}

/** Opens the log. Resolves once it listens (where it shall), so that no event after it is missed. */
export async function openEventLog(options: EventLogOptions): Promise<EventLog> {
  const wakeUps = openWakeUps(options);
  const listeners = new Map<string, Set<{ filter: EventFilter; listener: (event: RecordedEvent) => void }>>();
  let position = await readHorizon(options.db);
  let reading: Promise<void> = Promise.resolve();
  let readAgain = false;

  const fanOut = (event: RecordedEvent) => {
    for (const { filter, listener } of listeners.get(event.workspaceId) ?? []) {
      if (matches(filter, event)) listener(event);
    }
  };
  const readOn = async () => {
    for await (const event of readEvents(options.db, null, position)) {
      position = event;
      fanOut(event);
    }
  };
  // One reader at a time; a wake-up that arrives while it reads makes it read once more.
  const poll = () => {
    if (readAgain) return;
    readAgain = true;
    reading = reading.then(async () => {
      readAgain = false;
      await readOn().catch((error: unknown) =>
        options.log.error({ err: error }, "reading the event log failed; it is tried again"),
      );
    });
  };

  const ears = options.listening ? await openEars(options, poll) : null;
  const timer = options.listening ? setInterval(poll, pollInterval) : null;

  return {
    wake: wakeUps.wake,
    listen: (filter, listener) => {
      const entry = { filter, listener };
      for (const id of filter.workspaceIds) listeners.set(id, (listeners.get(id) ?? new Set()).add(entry));
      return () => {
        for (const id of filter.workspaceIds) {
          const set = listeners.get(id);
          set?.delete(entry);
          if (set?.size === 0) listeners.delete(id);
        }
      };
    },
    position: () => position,
    horizon: () => readHorizon(options.db),
    readAfter: (filter, after) => readEvents(options.db, filter, after),
    hasLater: (filter, after) => hasLater(options.db, filter, after),
    close: async () => {
      if (timer !== null) clearInterval(timer);
      await ears?.close();
      await reading;
      await wakeUps.close();
    },
  };
}

function matches(filter: EventFilter, event: RecordedEvent): boolean {
  return event.topic === filter.topic && (filter.entityIds === undefined || filter.entityIds.includes(event.entityId));
}

/**
 * The newest event below everything that still runs. It is an event's place and not the oldest running transaction's id, because
 * Postgres forgets ids of which nothing reached its disk when it falls, and gives them out again: an event that is visible was
 * flushed, so every id after the fall is greater than its own.
 */
async function readHorizon(db: Db): Promise<EventPosition> {
  const rows = await db.$queryRaw`
    select xid::text, id::text from event where xid < pg_snapshot_xmin(pg_current_snapshot())
    order by event.xid desc, event.id desc limit 1`;
  const [newest = { xid: 0n, id: 0n }] = z.array(eventRow.pick({ xid: true, id: true })).parse(rows);
  return newest;
}

async function hasLater(db: Db, filter: EventFilter, after: EventPosition): Promise<boolean> {
  const rows = await db.$queryRaw`
    select exists(
      select from event
      where (xid, id) > (${after.xid.toString()}::xid8, ${after.id})
        and topic = ${filter.topic} and workspace_id = any(${filter.workspaceIds}::uuid[])
        and (${filter.entityIds === undefined} or entity_id = any(${filter.entityIds ?? []}::uuid[]))) as later`;
  const [row] = z.tuple([z.object({ later: z.boolean() })]).parse(rows);
  return row.later;
}

async function* readEvents(db: Db, filter: EventFilter | null, after: EventPosition): AsyncIterable<RecordedEvent> {
  let position = after;
  for (;;) {
    // NOTE `order by` names the table's columns: a bare `xid` would be the text of the select list, and "10" sorts before "9".
    const rows = await db.$queryRaw`
      select id::text, xid::text, workspace_id as "workspaceId", topic, entity_id as "entityId", kind, version, at
      from event
      where (xid, id) > (${position.xid.toString()}::xid8, ${position.id})
        and xid < pg_snapshot_xmin(pg_current_snapshot())
        and (${filter === null} or (
          topic = ${filter?.topic ?? ""}
          and workspace_id = any(${filter?.workspaceIds ?? []}::uuid[])
          and (${filter?.entityIds === undefined} or entity_id = any(${filter?.entityIds ?? []}::uuid[]))))
      order by event.xid, event.id
      limit ${pageSize}`;
    const events = z.array(eventRow).parse(rows);
    for (const event of events) {
      if (!isAfter(event, position))
        throw new Error(`The event log went backwards at ${formatCursor(event, event.at)}.`);
      position = event;
      yield event;
    }
    if (events.length < pageSize) return;
  }
}
