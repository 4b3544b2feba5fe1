import type { Clock } from "./clock.ts";
import { addMilliseconds } from "./clock.ts";

/** How long a row stays claimed without a sign of life, in milliseconds. A dead worker's row is free after this. */
export const leaseDuration = 8_000;

/** How often a live worker renews, in milliseconds: three misses in a row before the lease is lost. */
const renewInterval = 2_000;

/** When a lease taken or renewed now ends. */
export const leaseEnd = (clock: Clock): Date => addMilliseconds(clock.now(), leaseDuration);

/**
 * Runs `work` while renewing a lease. `renew` says whether the row is still ours (same fence). Once it is not, or once the
 * lease has run out because nobody could be asked, the signal given to `work` aborts: somebody else may be doing the same
 * work now. What is not cancellable must check its fence when it writes.
 */
export async function withLease<T>(
  { signal, renew }: { signal: AbortSignal; renew: () => Promise<boolean> },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  let done = false;
  const armExpiry = () => setTimeout(() => lost.abort(new Error("The lease ran out.")), leaseDuration);
  let expiry = armExpiry();
  const timer = setInterval(() => {
    renew().then(
      (ours) => {
        clearTimeout(expiry);
        if (!ours) lost.abort(new Error("The lease was lost."));
        else if (!done) expiry = armExpiry();
      },
      // The database is away: the next renewal may still be in time.
      () => undefined,
    );
  }, renewInterval);
  try {
    return await work(AbortSignal.any([signal, lost.signal]));
  } finally {
    done = true;
    clearInterval(timer);
    clearTimeout(expiry);
  }
}
