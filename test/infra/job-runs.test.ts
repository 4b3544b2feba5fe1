import t from "tap";
import { openDb } from "../../src/infra/db.ts";
import { recordJobRun } from "../../src/infra/job-runs.ts";
import { createTestClock } from "../support/clock.ts";
import { createDatabase, type Teardown } from "../support/database.ts";

async function setUp(t: Teardown) {
  const db = openDb({ url: await createDatabase(t), poolSize: 2 });
  t.teardown(() => db.$disconnect());
  const clock = createTestClock(new Date("2030-01-01T00:00:00Z"));
  const start = { jobId: "7", name: "generate-image", attempt: 2, payload: { imageId: "i" } };
  return { services: { db, clock }, start, runs: () => db.jobRun.findMany({ omit: { id: true } }) };
}

t.test("a run that succeeds is remembered with its times", async (t) => {
  const { services, start, runs } = await setUp(t);
  await recordJobRun(services, start, async () => {
    t.match(await runs(), [{ outcome: "RUNNING", finishedAt: null }], "it can be seen while it runs");
    services.clock.advance(1_500);
  });
  const times = { startedAt: new Date("2030-01-01T00:00:00Z"), finishedAt: new Date("2030-01-01T00:00:01.500Z") };
  t.same(await runs(), [{ ...start, ...times, outcome: "SUCCEEDED", error: null }]);
});

t.test("a run that fails is remembered with its error, and fails all the same", async (t) => {
  const { services, start, runs } = await setUp(t);
  const failing = recordJobRun(services, start, async () => {
    throw new RangeError("too far");
  });
  await t.rejects(failing, { name: "RangeError", message: "too far" });
  t.match(await runs(), [{ outcome: "FAILED", error: "RangeError: too far", finishedAt: services.clock.now() }]);
});

t.test("a job without a payload has a history too", async (t) => {
  const { services, start, runs } = await setUp(t);
  await recordJobRun(services, { ...start, payload: null }, async () => undefined);
  t.match(await runs(), [{ outcome: "SUCCEEDED", payload: {} }]);
});
