import fc from "fast-check";
import t from "tap";
import { createMemoryGate } from "../../src/images/memory-gate.ts";

t.test("what runs together never takes more than the budget, and everything runs, in order", async () => {
  const budget = 100;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(150), { maxLength: 30 }), fc.scheduler(), async (wishes, scheduler) => {
      const gate = createMemoryGate(budget);
      const begun: number[] = [];
      let taken = 0;
      let most = 0;
      const all = Promise.all(
        wishes.map((bytes, index) =>
          gate(bytes, async () => {
            begun.push(index);
            taken += Math.min(bytes, budget);
            most = Math.max(most, taken);
            await scheduler.schedule(Promise.resolve());
            taken -= Math.min(bytes, budget);
          }),
        ),
      );
      await scheduler.waitFor(all);
      return most <= budget && begun.length === wishes.length && begun.every((value, index) => value === index);
    }),
  );
});

t.test("work that fails gives back what it took", async (t) => {
  const gate = createMemoryGate(10);
  await t.rejects(
    gate(10, async () => {
      throw new Error("broken");
    }),
    { message: "broken" },
  );
  t.equal(await gate(10, async () => "ran"), "ran");
});
