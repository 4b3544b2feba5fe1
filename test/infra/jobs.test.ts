import { pino } from "pino";
import t from "tap";
import { z } from "zod";
import { type Db, openDb } from "../../src/infra/db.ts";
import { defineJob, enqueue, handle } from "../../src/infra/jobs.ts";
import { createDatabase, type Teardown } from "../support/database.ts";

const greet = defineJob({ name: "greet", payload: z.object({ name: z.string().min(1) }), maxAttempts: 3 });

async function setUp(t: Teardown): Promise<Db> {
  const db = openDb({ url: await createDatabase(t), poolSize: 2 });
  t.teardown(() => db.$disconnect());
  return db;
}

const queued = (db: Db) =>
  db.$queryRaw<{ key: string | null; maxAttempts: number; runAt: Date; name: string; task: string }[]>`
    select jobs.key, jobs.max_attempts as "maxAttempts", jobs.run_at as "runAt", payload->>'name' as name, jobs.task_identifier as task
    from graphile_worker._private_jobs as payloads join graphile_worker.jobs using (id) order by payload->>'name'`;

t.test("jobs exist exactly when the rows of their transaction do", async (t) => {
  const db = await setUp(t);
  const jobs = ["Ada", "Berta"].map((name) => ({ payload: { name } }));
  await db.$transaction(async (tx) => {
    await enqueue(tx, greet, jobs);
    t.same(await queued(db), [], "nobody else sees them before the commit");
  });
  t.match(await queued(db), [
    { name: "Ada", task: "greet", maxAttempts: 3, key: null },
    { name: "Berta", task: "greet", maxAttempts: 3, key: null },
  ]);
  const undone = db.$transaction(async (tx) => {
    await enqueue(tx, greet, [{ payload: { name: "Cora" } }]);
    throw new Error("changed our mind");
  });
  await t.rejects(undone, { message: "changed our mind" });
  t.equal((await queued(db)).length, 2);
});

t.test("a waiting job with the same key is replaced, not doubled", async (t) => {
  const db = await setUp(t);
  const runAt = new Date("2031-05-06T07:08:09.123Z");
  await db.$transaction((tx) => enqueue(tx, greet, [{ payload: { name: "Ada" }, key: "greeting" }]));
  await db.$transaction((tx) => enqueue(tx, greet, [{ payload: { name: "Berta" }, key: "greeting", runAt }]));
  t.match(await queued(db), [{ name: "Berta", key: "greeting", runAt }]);
  t.equal((await queued(db)).length, 1);
});

t.test("a payload that breaks the job's rules is refused, and none of the batch is queued", async (t) => {
  const db = await setUp(t);
  const batch = db.$transaction((tx) => enqueue(tx, greet, [{ payload: { name: "Ada" } }, { payload: { name: "" } }]));
  await t.rejects(batch, z.ZodError);
  t.same(await queued(db), []);
});

t.test("any number of jobs is one statement, and none is none", async (t) => {
  const statements: string[] = [];
  const db = openDb({ url: await createDatabase(t), poolSize: 2, onStatement: (sql) => statements.push(sql) });
  t.teardown(() => db.$disconnect());
  await db.$transaction((tx) => enqueue(tx, greet, []));
  t.equal(statements.filter((sql) => sql.includes("add_jobs")).length, 0);
  const many = Array.from({ length: 200 }, (_, index) => ({ payload: { name: `guest ${index}` } }));
  await db.$transaction((tx) => enqueue(tx, greet, many));
  t.equal(statements.filter((sql) => sql.includes("add_jobs")).length, 1);
  t.equal((await queued(db)).length, 200);
});

t.test("a handler parses what lay in the queue, and fails as its verb does", async (t) => {
  const context = { jobId: "1", attempt: 1, log: pino({ level: "silent" }), signal: new AbortController().signal };
  const greeted: string[] = [];
  const handler = handle(greet, async ({ name }) => {
    if (name === "Nobody") throw new Error("nobody is there");
    greeted.push(name);
  });
  await handler.run({ name: "Ada", leftover: true }, context);
  t.same(greeted, ["Ada"]);
  await t.rejects(handler.run({ nome: "Ada" }, context), z.ZodError);
  await t.rejects(handler.run({ name: "Nobody" }, context), { message: "nobody is there" });
});
