/** The time, as a parameter: everything that decides by time asks a clock, so that a test can give it. */
export interface Clock {
  /** The current instant. */
  now(): Date;
}

/** The clock of the machine. */
export const systemClock: Clock = { now: () => new Date() };

/** `date` moved by a number of milliseconds, which may be negative. */
export function addMilliseconds(date: Date, milliseconds: number): Date {
  return new Date(date.getTime() + milliseconds);
}
