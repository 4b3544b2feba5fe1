import { setTimeout as wait } from "node:timers/promises";
import fc from "fast-check";
import t from "tap";
import type { GenerationProgress } from "../../src/image-providers/provider.ts";
import { createProgressReporter } from "../../src/images/progress-reporter.ts";

const unexpected = (error: unknown) => {
  throw error;
};

t.test("a thousand values in a moment become two writes: the first soon, the last for sure", async (t) => {
  const written: GenerationProgress[] = [];
  const reporter = createProgressReporter(async (value) => void written.push(value), unexpected);
  reporter.report({ fraction: 0, phase: "Starting" });
  await wait(20);
  for (let n = 1; n <= 1_000; n += 1) reporter.report({ fraction: n / 1_000, phase: `Step ${n}` });
  t.same(written, [{ fraction: 0, phase: "Starting" }]);
  await reporter.flush();
  t.same(written.slice(1), [{ fraction: 1, phase: "Step 1000" }]);
});

t.test("writes do not overlap, however slow they are, and come at most four times a second", async (t) => {
  let running = 0;
  const times: number[] = [];
  const reporter = createProgressReporter(async () => {
    running += 1;
    times.push(performance.now());
    t.equal(running, 1);
    await wait(300);
    running -= 1;
  }, unexpected);
  const until = performance.now() + 900;
  for (let n = 0; performance.now() < until; n += 1) {
    reporter.report({ fraction: n / 1_000, phase: "Painting" });
    await wait(10);
  }
  await reporter.flush();
  t.ok(times.length >= 2 && times.length <= 5, `${times.length} writes`);
});

t.test("whatever is reported, what is written lies between 0 and 1 and never falls", async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.double()), async (fractions) => {
      const written: number[] = [];
      for (const chunk of [fractions, [...fractions].reverse()]) {
        const reporter = createProgressReporter(async ({ fraction }) => void written.push(fraction), unexpected);
        for (const fraction of chunk) reporter.report({ fraction, phase: "p" });
        await reporter.flush();
        t.ok(written.every((value) => value >= 0 && value <= 1));
      }
    }),
    { numRuns: 100 },
  );
});

t.test("a write that fails is told, and the next is written all the same", async (t) => {
  const errors: unknown[] = [];
  const written: number[] = [];
  const reporter = createProgressReporter(
    async ({ fraction }) => {
      if (fraction < 0.5) throw new Error("The database is away.");
      written.push(fraction);
    },
    (error) => errors.push(error),
  );
  reporter.report({ fraction: 0.1, phase: "Starting" });
  await wait(10);
  reporter.report({ fraction: 0.9, phase: "Ending" });
  await reporter.flush();
  t.same([errors.length, written], [1, [0.9]]);
  reporter.report({ fraction: 1, phase: "Too late" });
  await reporter.flush();
  t.same(written, [0.9], "after the flush nobody listens");
});

t.test("a preview is told with the next value, and again with every one after it", async (t) => {
  const written: unknown[] = [];
  const reporter = createProgressReporter(async (value) => void written.push(value), unexpected);
  reporter.showPreview(7);
  await wait(10);
  reporter.report({ fraction: 0.5, phase: "Drawing" });
  await reporter.flush();
  t.same(written, [
    { fraction: 0, phase: "Starting", previewNumber: 7 },
    { fraction: 0.5, phase: "Drawing", previewNumber: 7 },
  ]);
});
