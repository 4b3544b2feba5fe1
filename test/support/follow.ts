import type { Client, SubscribePayload } from "graphql-ws";

// oxlint-disable-next-line typescript/no-explicit-any -- an answer has the shape its query asks for, which only the test knows
type Loose = any;

/** The results of one operation, as they come. */
export interface Followed extends AsyncIterableIterator<Loose> {
  /** Unsubscribes. */
  return(): Promise<IteratorResult<Loose>>;
}

/**
 * Follows an operation over a websocket. Unlike the client's own `iterate`, it also ends when the server completes at a moment
 * at which nobody waits for the next result.
 */
export function follow(client: Client, operation: SubscribePayload): Followed {
  const results: Loose[] = [];
  let ended: { readonly error?: unknown } | null = null;
  let wake = () => undefined as void;
  const end = (how: { readonly error?: unknown }) => {
    ended ??= how;
    wake();
  };
  const unsubscribe = client.subscribe(operation, {
    next: (result) => {
      results.push(result);
      wake();
    },
    error: (error) => end({ error }),
    complete: () => end({}),
  });
  return {
    next: async () => {
      while (results.length === 0 && ended === null) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (results.length > 0) return { value: results.shift(), done: false };
      if (ended?.error !== undefined) throw ended.error;
      return { value: undefined, done: true };
    },
    return: () => {
      unsubscribe();
      return Promise.resolve({ value: undefined, done: true });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
