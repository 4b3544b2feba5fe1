import { randomUUID } from "node:crypto";
import t from "tap";
import { createTransact, openDb, type Tx } from "../../src/infra/db.ts";
import { createDatabase, type Teardown } from "../support/database.ts";

async function open(t: Teardown, poolSize: number, url?: string) {
  const db = openDb({ url: url ?? (await createDatabase(t)), poolSize });
  t.teardown(() => db.$disconnect());
  return db;
}

const prepared = "select name, statement from pg_prepared_statements";

t.test("a statement is planned once per connection, and the number of plans is bounded", async (t) => {
  const db = await open(t, 1);
  const plans = () => db.$queryRawUnsafe<{ name: string; statement: string }[]>(prepared);
  for (let round = 0; round < 3; round += 1) await db.$queryRawUnsafe("select 'the same', $1::int", round);
  t.equal((await plans()).filter(({ statement }) => statement.includes("the same")).length, 1);
  for (let text = 0; text < 400; text += 1) await db.$queryRawUnsafe(`select ${text}`);
  t.equal((await plans()).length, 300);
  t.same(await db.$queryRawUnsafe("select 'beyond the bound' as text"), [{ text: "beyond the bound" }]);
});

t.test("statements with many parameters, which come in endless variants, are not kept", async (t) => {
  const db = await open(t, 1);
  const list = (length: number) =>
    db.user.findMany({ where: { id: { in: Array.from({ length }, () => randomUUID()) } } });
  for (const length of [13, 14, 15]) await list(length);
  const plans = await db.$queryRawUnsafe<{ statement: string }[]>(prepared);
  t.same(
    plans.filter(({ statement }) => /"user".* IN \(/i.test(statement)),
    [],
  );
});

t.test("waking up comes after the commit, and only then", async (t) => {
  const db = await open(t, 2);
  const witness = await open(t, 1, await currentUrl(db));
  const seen: Promise<number>[] = [];
  const transact = createTransact(db, () => seen.push(witness.jobRun.count()));
  const data = { jobId: "1", name: "x", attempt: 1, payload: {}, startedAt: new Date() };
  const answer = await transact(async (tx) => {
    await tx.jobRun.create({ data });
    t.equal(seen.length, 0, "not inside");
    t.equal(await witness.jobRun.count(), 0);
    return "done";
  });
  t.equal(answer, "done");
  t.same(await Promise.all(seen), [1], "whoever is woken up finds the row");
  const undone = transact(async (tx) => {
    await tx.jobRun.create({ data });
    throw new Error("changed our mind");
  });
  await t.rejects(undone, { message: "changed our mind" });
  t.equal(seen.length, 1, "not after a rollback");
  t.equal(await db.jobRun.count(), 1);
});

t.test(
  "transactions that wait for each other in a circle are tried again, with what Prisma says and with what we say",
  async (t) => {
    const db = await open(t, 2);
    const data = ["1", "2"].map((jobId) => ({ jobId, name: "x", attempt: 1, payload: {}, startedAt: new Date() }));
    await db.jobRun.createMany({ data });
    let commits = 0;
    const transact = createTransact(db, () => (commits += 1));
    const ways = {
      prisma: (tx: Tx, jobId: string) =>
        tx.jobRun.updateMany({ where: { jobId }, data: { attempt: { increment: 1 } } }),
      sql: (tx: Tx, jobId: string) => tx.$executeRaw`update job_run set attempt = attempt + 1 where job_id = ${jobId}`,
    };
    for (const [name, raise] of Object.entries(ways)) {
      let runs = 0;
      const bothHoldOne = Promise.withResolvers<void>();
      const twice = (first: string, second: string) =>
        transact(async (tx) => {
          await raise(tx, first);
          runs += 1;
          if (runs === 2) bothHoldOne.resolve();
          await bothHoldOne.promise;
          await raise(tx, second);
        });
      await Promise.all([twice("1", "2"), twice("2", "1")]);
      t.equal(runs, 3, `${name}: one of them ran again`);
    }
    t.equal(commits, 4);
    t.same(
      (await db.jobRun.findMany()).map(({ attempt }) => attempt),
      [5, 5],
      "and nothing of what was ended is left",
    );
  },
);

t.test("what is ended every time is given up in the end, and nothing else is tried again", async (t) => {
  const db = await open(t, 1);
  const transact = createTransact(db, () => undefined);
  for (const [state, tries] of [
    ["40001", 4],
    ["40P01", 4],
    ["23514", 1],
  ] as const) {
    let runs = 0;
    const failed = transact((tx) => {
      runs += 1;
      return tx.$executeRawUnsafe(`do $$ begin raise exception 'no' using errcode = '${state}'; end $$`);
    });
    await t.rejects(failed, { message: /no/ });
    t.equal(runs, tries, state);
  }
});

t.test("a process that hangs inside a transaction does not hold its rows for ever", async (t) => {
  const db = await open(t, 1);
  const [limits] = await db.$queryRaw<[Record<string, string>]>`
    select current_setting('idle_in_transaction_session_timeout') as idle, current_setting('statement_timeout') as statement`;
  t.same(limits, { idle: "15s", statement: "15s" });
});

/** The address of the database that a client is connected to. */
async function currentUrl(db: Awaited<ReturnType<typeof open>>): Promise<string> {
  const url = new URL(process.env["TEST_DATABASE_URL"] ?? "");
  const [{ name }] = await db.$queryRaw<[{ name: string }]>`select current_database() as name`;
  url.pathname = `/${name}`;
  return url.href;
}
