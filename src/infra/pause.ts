/** Waits `milliseconds`, or less: an abort ends it at once. Never rejects. A parameter wherever something waits, so that tests need not. */
export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** The real one. */
export const pause: Pause = (milliseconds, signal) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) return Promise.resolve();
  const end = () => {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
    resolve();
  };
  const timer = setTimeout(end, milliseconds);
  signal.addEventListener("abort", end);
  return promise;
};
