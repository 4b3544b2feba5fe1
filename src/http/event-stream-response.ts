import type { ServerResponse } from "node:http";

/** After so many milliseconds a browser comes back; its own pause would be several seconds. */
const retry = "retry: 1000\n\n";

/** Milliseconds that the end of an answer may take to leave, before its connection is cut. */
const endTimeout = 2_000;

/** One answer of server-sent events, written no faster than its client reads. */
export interface EventStreamResponse {
  /** Waits until the last event has left, and names the next one: what a browser sends as `Last-Event-ID`. */
  admit(id: string | undefined): Promise<void>;
  /** Writes everything to the end, or until the client is gone. */
  send(chunks: AsyncGenerator<string, void, undefined>): Promise<void>;
  /** Ends it now; a browser comes back by itself. */
  end(): void;
}

/** Opens the answer. One that takes nothing for `patience` milliseconds is cut off. */
export function openEventStreamResponse(response: ServerResponse, patience: number): EventStreamResponse {
  const admitted: { readonly id: string | undefined; left(): void }[] = [];
  let before: Promise<void> = Promise.resolve();
  let closed = response.closed;
  let stopChunks = () => undefined as void;
  // What is written to a connection that is gone is not always answered.
  const gone = Promise.withResolvers<void>();
  const stop = () => {
    closed = true;
    gone.resolve();
    stopChunks();
  };
  response.once("close", stop);
  // A client that hangs up while we write is no fault of ours.
  response.on("error", () => response.destroy());

  const finish = () => {
    if (response.closed) return;
    response.end();
    // The end waits behind what a client does not read: without this it would hold the connection, and a stop, for ever.
    const timer = setTimeout(() => response.destroy(), endTimeout);
    response.once("close", () => clearTimeout(timer));
  };
  const write = async (chunk: string) => {
    const timer = setTimeout(() => response.destroy(), patience);
    const written = new Promise<void>((resolve) => response.write(chunk, () => resolve()));
    await Promise.race([written, gone.promise]);
    clearTimeout(timer);
  };
  return {
    admit: async (id) => {
      // The library would take every event at once and hold them all; this one is behind the last in line.
      const { promise, resolve } = Promise.withResolvers<void>();
      const last = before;
      before = promise;
      await Promise.race([last, gone.promise]);
      admitted.push({ id, left: resolve });
    },
    send: async (chunks) => {
      stopChunks = () => void chunks.return();
      if (closed) await chunks.return();
      else await write(retry);
      for await (const chunk of chunks) {
        if (closed) break;
        const event = chunk.startsWith("event: next") ? admitted.shift() : undefined;
        await write(event?.id === undefined ? chunk : `id: ${event.id}\n${chunk}`);
        event?.left();
      }
      finish();
    },
    end: () => {
      finish();
      stop();
    },
  };
}
