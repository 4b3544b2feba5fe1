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
  let ended: { readonly failure: Error | null } | null = null;
  let changed = Promise.withResolvers<void>();
  const change = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const end = (failure: Error | null) => {
    ended ??= { failure };
    change();
  };
  const unsubscribe = client.subscribe(operation, {
    next: (result) => {
      results.push(result);
      change();
    },
    error: (cause) => end(new Error("The operation was refused.", { cause })),
    complete: () => end(null),
  });
  const next = async (): Promise<IteratorResult<Loose>> => {
    if (results.length > 0) return { value: results.shift(), done: false };
    if (ended?.failure) throw ended.failure;
    if (ended !== null) return { value: undefined, done: true };
    await changed.promise;
    return next();
  };
  return {
    next,
    return: () => {
      unsubscribe();
      return Promise.resolve({ value: undefined, done: true });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
