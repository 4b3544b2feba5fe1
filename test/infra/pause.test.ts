import { getEventListeners } from "node:events";
import t from "tap";
import { pause } from "../../src/infra/pause.ts";

t.test("it waits, and leaves nothing behind", async (t) => {
  const { signal } = new AbortController();
  const begun = performance.now();
  await pause(20, signal);
  t.ok(performance.now() - begun >= 19);
  t.equal(getEventListeners(signal, "abort").length, 0);
});

t.test("an abort ends the wait at once, before it or during it", async (t) => {
  await pause(1_000_000, AbortSignal.abort());
  const controller = new AbortController();
  const waiting = pause(1_000_000, controller.signal);
  controller.abort();
  await waiting;
  t.equal(getEventListeners(controller.signal, "abort").length, 0);
});
