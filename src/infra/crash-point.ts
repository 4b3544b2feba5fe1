/**
 * Named places between two durable writes where a test may kill this process. With `CRASH_POINT=<name>` the process says so
 * on standard error and stops there for good, so that a `kill -9` meets it in exactly this place.
 */
export type CrashPoint = (name: string) => Promise<void>;

/** Makes the crash point of a process; `armed` is the configured name, if any. */
export function createCrashPoint(armed: string | undefined): CrashPoint {
  return async (name) => {
    if (name !== armed) return;
    process.stderr.write(`held at crash point ${name}\n`);
    await new Promise<never>(() => {
      setInterval(() => undefined, 60_000);
    });
  };
}
