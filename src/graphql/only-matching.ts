import type { StreamedEvent } from "./event-queue.ts";

/**
 * A stream without the events whose entity, as it is now, does not match. That something is gone is always told: nobody can
 * look any more whether it matched.
 */
export function onlyMatching(
  stream: AsyncIterableIterator<StreamedEvent>,
  matches: (entityId: string) => Promise<boolean>,
): AsyncIterableIterator<StreamedEvent> {
  const end = async (): Promise<IteratorResult<StreamedEvent>> => {
    await stream.return?.();
    return { value: undefined, done: true };
  };
  return {
    next: async () => {
      try {
        for (;;) {
          const result = await stream.next();
          if (result.done === true || result.value.kind === "DELETED") return result;
          if (await matches(result.value.entityId)) return result;
        }
      } catch (error) {
        await end();
        throw error;
      }
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
