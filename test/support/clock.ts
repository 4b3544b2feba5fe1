import type { Clock } from "../../src/infra/clock.ts";

/** A clock that a test moves. It starts at the real time, in whole milliseconds, and stands still. */
export interface TestClock extends Clock {
  advance(milliseconds: number): void;
  set(moment: Date): void;
}

/** Makes a clock. */
export function createTestClock(start = new Date()): TestClock {
  let now = start;
  return {
    now: () => new Date(now),
    advance: (milliseconds) => {
      now = new Date(now.getTime() + milliseconds);
    },
    set: (moment) => {
      now = moment;
    },
  };
}
