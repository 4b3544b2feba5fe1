import { setTimeout as wait } from "node:timers/promises";
import t from "tap";
import { boundedCall } from "../../src/infra/bounded-call.ts";

const deaf = () => new Promise<never>(() => undefined);
/** Answers when it is told to stop. */
const polite = (signal: AbortSignal) =>
  new Promise<{ told: true }>((resolve) => signal.addEventListener("abort", () => resolve({ told: true })));

t.test("who answers in time is heard", async (t) => {
  t.same(await boundedCall({ deadline: 1_000, patience: 1_000 }, async () => ({ n: 1 })), { n: 1 });
  await t.rejects(
    boundedCall({ deadline: 1_000, patience: 1_000 }, () => Promise.reject(new Error("broken"))),
    { message: "broken" },
  );
});

t.test("who is told to stop may still answer", async (t) => {
  t.same(await boundedCall({ deadline: 10, patience: 1_000 }, polite), { told: true });
  const signal = AbortSignal.timeout(10);
  t.same(await boundedCall({ signal, deadline: 10_000, patience: 1_000 }, polite), { told: true });
});

t.test("who does not is left behind, also when it fails later", async (t) => {
  t.equal(await boundedCall({ deadline: 10, patience: 10 }, deaf), null);
  t.equal(await boundedCall({ signal: AbortSignal.abort(), deadline: 10_000, patience: 10 }, deaf), null);
  const failsLate = () => wait(40).then(() => Promise.reject(new Error("too late to matter")));
  t.equal(await boundedCall<object>({ deadline: 5, patience: 5 }, failsLate), null);
  await wait(50);
});
