import fc from "fast-check";
import t, { type Test } from "tap";
import { openDb } from "../../src/infra/db.ts";
import { forgetRateLimits, forgiveTries, type RateBudget, rateKey, takeTry } from "../../src/infra/rate-limit.ts";
import { createTestClock } from "../support/clock.ts";
import { createDatabase } from "../support/database.ts";

async function open(t: Test) {
  const db = openDb({ url: await createDatabase(t), poolSize: 8 });
  t.teardown(() => db.$disconnect());
  return { db, clock: createTestClock(new Date("2026-11-22T09:00:00Z")) };
}

const budget = { burst: 5, period: 60_000 } satisfies RateBudget;

t.test("a budget allows its burst, then one try each time that a share of it is back", async (t) => {
  const services = await open(t);
  for (let n = 0; n < 5; n += 1) t.same(await takeTry(services, "k", budget), { allowed: true });
  t.same(await takeTry(services, "k", budget), { allowed: false, retryAfter: 12 });
  services.clock.advance(11_000);
  t.same(await takeTry(services, "k", budget), { allowed: false, retryAfter: 1 }, "a refused try takes nothing");
  services.clock.advance(1_000);
  t.same(await takeTry(services, "k", budget), { allowed: true });
  t.match(await takeTry(services, "k", budget), { allowed: false });
  t.same(await takeTry(services, "another", budget), { allowed: true }, "another counter is another budget");
  services.clock.advance(60_000);
  for (let n = 0; n < 5; n += 1) t.same(await takeTry(services, "k", budget), { allowed: true }, "it is whole again");
});

t.test("parallel tries count one after the other", async (t) => {
  const services = await open(t);
  const verdicts = await Promise.all(Array.from({ length: 50 }, () => takeTry(services, "k", budget)));
  t.equal(verdicts.filter(({ allowed }) => allowed).length, 5);
});

t.test(
  "a clock that was set back locks nobody out for long, and clocks that differ a little count together",
  async (t) => {
    const services = await open(t);
    for (let n = 0; n < 5; n += 1) await takeTry(services, "k", budget);
    services.clock.advance(-50_000);
    t.match(await takeTry(services, "k", budget), { allowed: false }, "another process may be so much behind");
    services.clock.advance(-60 * 60_000);
    for (let n = 0; n < 5; n += 1) t.same(await takeTry(services, "k", budget), { allowed: true });
    t.same(await takeTry(services, "k", budget), { allowed: false, retryAfter: 12 });
  },
);

t.test("a forgiven budget is whole", async (t) => {
  const services = await open(t);
  for (let n = 0; n < 6; n += 1) await takeTry(services, "k", budget);
  await forgiveTries(services, "k");
  t.same(await takeTry(services, "k", budget), { allowed: true });
});

t.test(
  "over any stretch no more than the burst and its refill get through, and waiting as told always helps",
  async (t) => {
    const services = await open(t);
    let round = 0;
    const waits = fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 10, maxLength: 40 });
    const shapes = fc.record({
      burst: fc.integer({ min: 1, max: 8 }),
      period: fc.integer({ min: 1_000, max: 120_000 }),
    });
    await fc.assert(
      fc.asyncProperty(shapes, waits, async (shape, steps) => {
        round += 1;
        const key = `round ${round}`;
        const started = services.clock.now().getTime();
        let allowed = 0;
        for (const step of steps) {
          services.clock.advance(step);
          const verdict = await takeTry(services, key, shape);
          if (verdict.allowed) allowed += 1;
          else {
            services.clock.advance(verdict.retryAfter * 1_000);
            t.same(await takeTry(services, key, shape), { allowed: true });
            allowed += 1;
          }
        }
        const passed = services.clock.now().getTime() - started;
        t.ok(allowed <= shape.burst + (passed / shape.period) * shape.burst + 0.01);
      }),
      { numRuns: 25 },
    );
  },
);

t.test("budgets that are whole again are forgotten", async (t) => {
  const services = await open(t);
  await takeTry(services, "once", budget);
  for (let n = 0; n < 5; n += 1) await takeTry(services, "often", budget);
  services.clock.advance(30_000);
  t.equal(await forgetRateLimits(services), 1);
  services.clock.advance(31_000);
  t.equal(await forgetRateLimits(services), 1);
});

t.test("a counter's name holds nothing private, and parts do not run together", async (t) => {
  const key = rateKey("login", "ada@example.org", "203.0.113.0/24");
  t.match(key, /^login:[\w-]{43}$/);
  t.not(rateKey("login", "a", "bc"), rateKey("login", "ab", "c"));
  t.not(rateKey("login", "a"), rateKey("reset", "a"));
});
