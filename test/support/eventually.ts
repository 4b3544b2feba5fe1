import { setTimeout as delay } from "node:timers/promises";

/** Milliseconds between two looks, and until the wait is given up. */
const interval = 20;
const patience = 10_000;

/** Waits until something is so, where nothing tells of it. Rejects with `what` when it never comes. */
export async function eventually(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = performance.now() + patience;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`It never came: ${what}.`);
    await delay(interval);
  }
}
