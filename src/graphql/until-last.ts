import { type EventPosition, parseCursor } from "../infra/event-cursor.ts";
import type { StreamedEvent } from "./event-queue.ts";

/**
 * A stream that ends behind its last event: `isLast` says, once an event is at hand, whether anything can still come behind
 * its position. Progress is never the last.
 */
export function untilLast(
  stream: AsyncIterableIterator<StreamedEvent>,
  isLast: (position: EventPosition) => Promise<boolean>,
): AsyncIterableIterator<StreamedEvent> {
  let last = false;
  const end = async (): Promise<IteratorResult<StreamedEvent>> => {
    await stream.return?.();
    return { value: undefined, done: true };
  };
  return {
    next: async () => {
      if (last) return end();
      const result = await stream.next();
      if (result.done === true || result.value.kind === "PROGRESS") return result;
      try {
        last = await isLast(parseCursor(result.value.cursor).position);
      } catch (error) {
        await end();
        throw error;
      }
      return result;
    },
    return: end,
    throw: async (error: unknown) => {
      await end();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** A stream of nothing. */
export function endedStream(): AsyncIterableIterator<StreamedEvent> {
  const done = () => Promise.resolve({ value: undefined, done: true } as const);
  return {
    next: done,
    return: done,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
