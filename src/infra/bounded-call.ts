/** Limits of a call to the outside. */
export interface CallLimits {
  /** Ends the call early, for a reason of ours. */
  readonly signal?: AbortSignal;
  /** Milliseconds until the call is told to stop, by a clock that nobody sets. */
  readonly deadline: number;
  /** Milliseconds that it has to answer after it was told. */
  readonly patience: number;
}

/**
 * Calls somebody who may be slow or deaf. `work` is told to stop through its signal; if it does not answer within `patience`
 * after that, it is left behind and the result is null. Rejects as `work` does, as long as somebody waits for it.
 */
export async function boundedCall<T extends object>(
  { signal, deadline, patience }: CallLimits,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | null> {
  const late = new AbortController();
  const told = signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]);
  const timers = [setTimeout(() => late.abort(new Error("The deadline has passed.")), deadline)];
  const deaf = new Promise<null>((resolve) => {
    const leaveBehind = () => timers.push(setTimeout(() => resolve(null), patience));
    if (told.aborted) leaveBehind();
    else told.addEventListener("abort", leaveBehind, { once: true });
  });
  const answer = work(told);
  // Left behind, it may still fail; nobody waits for that any more.
  answer.catch(() => undefined);
  try {
    return await Promise.race([answer, deaf]);
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
}
