/** What waits for one reader of a stream: bounded, whatever the reader does. */
import type { EventKind } from "../infra/events.ts";

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
export const maxWaiting = 5_000;

/** From so many on, a waiting update gives way to a newer one of the same entity: both would show the same state. */
const coalesceFrom = 1_000;

/** The queue of one reader. */
export interface EventQueue {
  /** Appends what was read of the past: everything that somebody missed is told, but for progress. */
  replay(event: StreamedEvent): void;
  /** Appends what happens now. */
  push(event: StreamedEvent): void;
  isEmpty(): boolean;
  /** Whether more waited than fits; then nothing waits any more. */
  overflowed(): boolean;
  /** The reader's side. Ends with `overflow()` when more waited than fits; `onEnd` is called at every end. */
  iterate(onEnd: () => void, overflow: () => Error): AsyncIterableIterator<StreamedEvent>;
}

/** Opens an empty queue. */
export function createEventQueue(): EventQueue {
  const waiting = createWaitingLine();
  const readers: ((result: IteratorResult<StreamedEvent>) => void)[] = [];
  let ended = false;
  let overflowed = false;
  const done = { value: undefined, done: true } as const;

  const append = (event: StreamedEvent, coalesce: boolean) => {
    const reader = readers.shift();
    if (reader !== undefined) return reader({ value: event, done: false });
    if (ended || overflowed) return;
    waiting.append(event, coalesce);
    overflowed = waiting.size() > maxWaiting;
    if (overflowed) waiting.clear();
  };
  return {
    replay: (event) => append(event, false),
    push: (event) => append(event, waiting.size() >= coalesceFrom),
    isEmpty: () => waiting.size() === 0,
    overflowed: () => overflowed,
    iterate: (onEnd, overflow) => {
      const end = () => {
        ended = true;
        onEnd();
        waiting.clear();
        for (const reader of readers.splice(0)) reader(done);
      };
      return {
        next: () => {
          const event = waiting.shift();
          if (event !== undefined) return Promise.resolve({ value: event, done: false });
          if (ended) return Promise.resolve(done);
          if (overflowed) {
            end();
            return Promise.reject(overflow());
          }
          return new Promise((resolve) => readers.push(resolve));
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

/**
 * The events in line. A progress value that nobody has read gives way to whatever is newer of its entity; with `coalesce` an
 * update does as well. What stays is in the order of the log, so that every cursor still resumes right behind itself.
 */
function createWaitingLine() {
  const line = new Map<number, StreamedEvent>();
  /** Of each entity the number of the last event in line that may give way. */
  const mayGiveWay = new Map<string, number>();
  let number = 0;

  const giveWay = (event: StreamedEvent, coalesce: boolean): StreamedEvent => {
    const key = mayGiveWay.get(event.entityId);
    const older = key === undefined ? undefined : line.get(key);
    if (key === undefined || older === undefined) return event;
    if (older.kind !== "PROGRESS" && !coalesce) return event;
    line.delete(key);
    // An update that a progress value stands for stays an update.
    return event.kind === "PROGRESS" ? { ...event, kind: older.kind } : event;
  };
  return {
    size: () => line.size,
    clear: () => {
      line.clear();
      mayGiveWay.clear();
    },
    append: (event: StreamedEvent, coalesce: boolean) => {
      const kept = giveWay(event, coalesce);
      number += 1;
      line.set(number, kept);
      if (kept.kind === "PROGRESS" || kept.kind === "UPDATED") mayGiveWay.set(kept.entityId, number);
      else mayGiveWay.delete(kept.entityId);
    },
    shift: (): StreamedEvent | undefined => {
      for (const [key, event] of line) {
        line.delete(key);
        if (mayGiveWay.get(event.entityId) === key) mayGiveWay.delete(event.entityId);
        return event;
      }
      return undefined;
    },
  };
}
