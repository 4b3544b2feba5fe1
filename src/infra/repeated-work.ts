import type { Logger } from "./log.ts";

/** What is done again and again. */
export interface RepeatedWork {
  /** For the log. */
  readonly name: string;
  /** Milliseconds from one beginning to the next; a longer round delays the next. */
  readonly interval: number;
  work(signal: AbortSignal): Promise<unknown>;
}

/**
 * Does something now and then again and again, never twice at once. A round that fails is logged; the next one tries again. The
 * answer stops it: the signal of a running round aborts, and it is waited for.
 */
export function repeatWork(log: Pick<Logger, "error">, { name, interval, work }: RepeatedWork): () => Promise<void> {
  const stopping = new AbortController();
  let running: Promise<void> | null = null;
  const round = () => {
    running ??= work(stopping.signal)
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) log.error({ err: error, work: name }, "work failed; the next round tries again");
      })
      .then(() => {
        running = null;
      });
  };
  round();
  const timer = setInterval(round, interval);
  return async () => {
    clearInterval(timer);
    stopping.abort(new Error("The worker stops."));
    await running;
  };
}
