/** A door to work that costs much: few inside at once, some more in a line, everybody else is sent away at once. */
import { OverloadedError } from "./errors.ts";

/** How many are inside at once, and how many may wait. */
export interface DoorLimits {
  readonly concurrency: number;
  readonly queue: number;
}

/** A door; every one has its own line. */
export interface Door {
  /**
   * Does the work as soon as there is room, first come, first served, and answers what it answers. Rejects with an
   * {@link OverloadedError} when the line is full, before `work` begins; what `work` throws frees its place like an answer.
   */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** Seconds after which those sent away may ask again: the line is short by then. */
const retryAfter = 1;

/** Makes a door. */
export function createDoor({ concurrency, queue }: DoorLimits): Door {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return {
    run: async (work) => {
      if (inside >= concurrency) {
        if (waiting.length >= queue) throw new OverloadedError(retryAfter);
        // The one who leaves hands the place over, so `inside` stays as it is.
        await new Promise<void>((resolve) => waiting.push(resolve));
      } else {
        inside += 1;
      }
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) inside -= 1;
        else next();
      }
    },
  };
}
