/** Ends a turn. */
type EndTurn = () => void;

/**
 * One after the other, in the order of asking: the machine makes one picture at a time anyway, and a request that waits there
 * cannot be taken back. Answers null when the signal aborts before it is one's turn; a turn must be ended.
 */
export function createTurns(): (signal: AbortSignal) => Promise<EndTurn | null> {
  let last: Promise<void> = Promise.resolve();
  return async (signal) => {
    const before = last;
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    // Who leaves the line ends a turn that never was: the next one still waits for those before.
    last = before.then(() => over);
    const { promise: left, resolve: leave } = Promise.withResolvers<"left">();
    const leaveNow = () => leave("left");
    if (signal.aborted) leaveNow();
    signal.addEventListener("abort", leaveNow);
    const outcome = await Promise.race([left, before.then(() => "mine" as const)]);
    signal.removeEventListener("abort", leaveNow);
    if (outcome === "mine" && !signal.aborted) return end;
    end();
    return null;
  };
}
