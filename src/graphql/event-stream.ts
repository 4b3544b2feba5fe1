/**
 * One subscription's stream: the current state first, then every change, or, with `after`, everything missed and then every
 * change. The listener is in place before anything is read, so nothing falls between the two.
 *
 * NOTE An idle `async function*` never runs its clean-up when it is returned from outside; so this is an iterator object with
 * a `return` of its own, which always gives the listener back.
 */
import type { Clock } from "../infra/clock.ts";
import { addMilliseconds } from "../infra/clock.ts";
import { DomainError } from "../infra/errors.ts";
import { type EventPosition, formatCursor, isAfter, parseCursor } from "../infra/event-cursor.ts";
import type { EventFilter, EventKind, EventLog, RecordedEvent } from "../infra/events.ts";
import { eventRetention } from "../infra/forget-events.ts";

/** An event as a subscription delivers it; the entity itself is read at delivery. */
export interface StreamedEvent {
  readonly cursor: string;
  readonly at: Date;
  readonly kind: EventKind | "SNAPSHOT";
  /** GraphQL type of the entity. */
  readonly typename: string;
  readonly entityId: string;
}

/** Events that may wait for one reader; more are not worth telling one by one. */
const maxWaiting = 5_000;

/** What was missed cannot be told any more: it is forgotten, or too much. */
class ResyncRequiredError extends DomainError {
  readonly code = "RESYNC_REQUIRED";

  constructor(reason: string) {
    super(`${reason} Subscribe without \`after\` and start from the snapshot.`);
  }
}

const tooMuch = () => new ResyncRequiredError(`More than ${maxWaiting} events wait to be read.`);

/** What a stream needs. `snapshot` reads the ids of the entities that are shown first; it is not called with `after`. */
export interface EventStreamOptions {
  readonly typename: string;
  readonly filter: EventFilter;
  readonly after: string | null | undefined;
  readonly snapshot: () => Promise<readonly string[]>;
}

/**
 * Opens a stream. Rejects with a `BadUserInputError` or {@link ResyncRequiredError} when `after` cannot be resumed; the
 * stream itself ends with the latter when it is read too slowly.
 */
export async function openEventStream(
  { events, clock }: { events: EventLog; clock: Clock },
  { typename, filter, after, snapshot }: EventStreamOptions,
): Promise<AsyncIterableIterator<StreamedEvent>> {
  const resume = typeof after === "string" ? resumePosition(after, clock) : null;
  const queue = createQueue();
  const live: RecordedEvent[] = [];
  let last: EventPosition | null = null;
  const deliver = (event: RecordedEvent) => {
    if (last !== null && !isAfter(event, last)) return;
    last = event;
    queue.push({
      typename,
      cursor: formatCursor(event, event.at),
      at: event.at,
      kind: event.kind,
      entityId: event.entityId,
    });
  };
  let hear = (event: RecordedEvent): void => void live.push(event);
  const stopListening = events.listen(filter, (event) => hear(event));
  try {
    if (resume === null) {
      const position = await events.horizon();
      // What stands before it is part of the state that is read now, and is not told again.
      last = position;
      const at = clock.now();
      for (const entityId of await snapshot()) {
        queue.push({ cursor: formatCursor(position, at), at, kind: "SNAPSHOT", typename, entityId });
      }
    } else {
      last = resume;
      for await (const event of events.readAfter(filter, resume)) {
        deliver(event);
        if (queue.overflowed()) throw tooMuch();
      }
    }
    for (const event of live) deliver(event);
    hear = deliver;
  } catch (error) {
    stopListening();
    throw error;
  }
  return queue.iterate(stopListening);
}

function resumePosition(cursor: string, clock: Clock): EventPosition {
  const { position, at } = parseCursor(cursor);
  if (at < addMilliseconds(clock.now(), -eventRetention))
    throw new ResyncRequiredError("The cursor is older than the event log.");
  return position;
}

function createQueue() {
  const waitingEvents: StreamedEvent[] = [];
  const waitingReaders: ((result: IteratorResult<StreamedEvent>) => void)[] = [];
  let ended = false;
  let overflowed = false;
  const done = { value: undefined, done: true } as const;

  return {
    push: (event: StreamedEvent) => {
      const reader = waitingReaders.shift();
      if (reader !== undefined) return reader({ value: event, done: false });
      if (ended || overflowed) return;
      replaceProgress(waitingEvents, event);
      overflowed = waitingEvents.length > maxWaiting;
      if (overflowed) waitingEvents.length = 0;
    },
    overflowed: () => overflowed,
    iterate: (onEnd: () => void): AsyncIterableIterator<StreamedEvent> => {
      const end = () => {
        ended = true;
        onEnd();
        waitingEvents.length = 0;
        for (const reader of waitingReaders.splice(0)) reader(done);
      };
      return {
        next: () => {
          const event = waitingEvents.shift();
          if (event !== undefined) return Promise.resolve({ value: event, done: false });
          if (ended) return Promise.resolve(done);
          if (overflowed) {
            end();
            return Promise.reject(tooMuch());
          }
          return new Promise((resolve) => waitingReaders.push(resolve));
        },
        return: () => {
          end();
          return Promise.resolve(done);
        },
        throw: (error: unknown) => {
          end();
          return Promise.reject(error);
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },
  };
}

/** Appends an event; a progress value that nobody has read yet gives way to the newer one behind it. */
function replaceProgress(waiting: StreamedEvent[], event: StreamedEvent): void {
  const before = waiting.at(-1);
  if (before?.kind === "PROGRESS" && before.entityId === event.entityId) waiting.pop();
  waiting.push(event);
}
