import { mock } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import t from "tap";
import { leaseDuration, leaseEnd, withLease } from "../../src/infra/lease.ts";
import { createTestClock } from "../support/clock.ts";

t.before(() => mock.timers.enable({ apis: ["setInterval", "setTimeout"] }));
t.teardown(() => mock.timers.reset());

/** Lets time pass in small steps, and those who wait for it go on. */
async function pass(milliseconds: number): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += 500) {
    mock.timers.tick(500);
    await nextTurn();
  }
}

/** Starts work under a lease; `end` ends it. */
function begin(renew: () => Promise<boolean>, outer = new AbortController()) {
  const work = Promise.withResolvers<string>();
  const signals: AbortSignal[] = [];
  const done = withLease({ signal: outer.signal, renew }, (signal) => {
    signals.push(signal);
    return work.promise;
  });
  return {
    done,
    end: () => work.resolve("made"),
    fail: work.reject,
    aborted: () => signals.some((signal) => signal.aborted),
  };
}

t.test("a lease ends some seconds after it was taken", async (t) => {
  const clock = createTestClock(new Date("2030-01-01T00:00:00Z"));
  t.equal(leaseEnd(clock).getTime() - clock.now().getTime(), leaseDuration);
});

t.test("it is renewed often enough for as long as the work takes, and no longer", async (t) => {
  let renewals = 0;
  const { done, end, aborted } = begin(async () => {
    renewals += 1;
    return true;
  });
  await pass(5 * leaseDuration);
  t.ok(renewals >= 3 * 5, `${renewals} renewals`);
  t.notOk(aborted());
  end();
  t.equal(await done, "made");
  const before = renewals;
  await pass(2 * leaseDuration);
  t.equal(renewals, before);
  t.notOk(aborted());
});

t.test("work stops when somebody else has taken the row", async (t) => {
  let ours = true;
  const { done, end, aborted } = begin(async () => ours);
  await pass(leaseDuration);
  ours = false;
  await pass(leaseDuration / 2);
  t.ok(aborted());
  end();
  t.equal(await done, "made", "what the work says counts, not that it was told to stop");
});

t.test("a renewal that fails may be made up for, until the lease has run out", async (t) => {
  let away = true;
  const { done, end, aborted } = begin(async () => {
    if (away) throw new Error("the database is away");
    return true;
  });
  await pass(leaseDuration - 3_000);
  t.notOk(aborted());
  away = false;
  await pass(2_000);
  away = true;
  await pass(leaseDuration - 2_000);
  t.notOk(aborted(), "counted from the last renewal");
  await pass(2_000);
  t.ok(aborted(), "somebody else may have taken it now");
  end();
  await done;
});

t.test("work stops when its own caller says so, and its failure is the caller's", async (t) => {
  const outer = new AbortController();
  const { done, fail, aborted } = begin(async () => true, outer);
  outer.abort();
  t.ok(aborted());
  fail(new Error("cut short"));
  await t.rejects(done, { message: "cut short" });
});
