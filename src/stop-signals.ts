import type { Logger } from "./infra/log.ts";

/**
 * Signals that follow the first one this closely are the same wish: a terminal signals every process of a group, and the
 * wrappers that started us pass theirs on as well. In milliseconds.
 */
const sameWish = 2_000;

/** A stop that takes longer than this is cut short, in milliseconds. */
const stopDeadline = 30_000;

/**
 * Waits for a signal, for the parent to go away or for `broken`, then stops in order. Answers the reason. Somebody who asks
 * again after a moment, and a stop that takes too long, end the process at once.
 */
export async function stopOnSignal(log: Logger, broken: Promise<string>, stop: () => Promise<void>): Promise<string> {
  let asked: number | null = null;
  const signalled = new Promise<string>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"]) {
      process.on(signal, () => {
        asked ??= Date.now();
        if (Date.now() - asked > sameWish) process.exit(1);
        resolve(signal);
      });
    }
    process.once("disconnect", () => resolve("the parent went away"));
  });
  const reason = await Promise.race([signalled, broken]);
  log.info({ reason }, "stopping");
  setTimeout(() => {
    log.error("the stop took too long and is cut short");
    process.exit(1);
  }, stopDeadline).unref();
  await stop();
  log.info("stopped");
  return reason;
}
