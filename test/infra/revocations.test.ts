import { randomUUID } from "node:crypto";
import t, { type Test } from "tap";
import { z } from "zod";
import { createTransact, openDb } from "../../src/infra/db.ts";
import { forgetRevocations, openRevocations, recordRevocations } from "../../src/infra/revocations.ts";
import { createDatabase } from "../support/database.ts";
import { eventually } from "../support/eventually.ts";

async function open(t: Test) {
  const url = await createDatabase(t);
  const db = openDb({ url, poolSize: 4 });
  t.teardown(() => db.$disconnect());
  const errors: unknown[] = [];
  const log = { error: (details: unknown) => void errors.push(details) };
  const feed = async (polling = true, reader = db) => {
    const revocations = await openRevocations({ db: reader, log, polling });
    t.teardown(() => revocations.close());
    return revocations;
  };
  const transact = createTransact(db, () => undefined);
  const revoke = (...ids: string[]) => transact((tx) => recordRevocations(tx, ids));
  return { db, feed, revoke, transact, errors };
}

t.test("what ends is known to every process within moments, and its listeners are told once", async (t) => {
  const { feed, revoke } = await open(t);
  const [here, elsewhere] = [await feed(), await feed()];
  const [session, other] = [randomUUID(), randomUUID()];
  let told = 0;
  elsewhere.listen(session, () => {
    told += 1;
  });
  elsewhere.listen(other, () => t.fail("nobody ended this one"));
  await revoke(session);
  await here.refresh();
  t.ok(here.has(session), "at once where it is asked for");
  await eventually("the other process knows", () => elsewhere.has(session));
  await elsewhere.refresh();
  t.equal(told, 1);
  t.notOk(elsewhere.has(other));
});

t.test("a process that starts later knows what ended before", async (t) => {
  const { feed, revoke } = await open(t);
  const session = randomUUID();
  await revoke(session);
  const late = await feed();
  t.ok(late.has(session));
  await new Promise<void>((resolve) => late.listen(session, resolve));
  t.pass("and tells those who listen too late");
});

t.test("an end that was rolled back is none", async (t) => {
  const { feed, transact } = await open(t);
  const revocations = await feed();
  const session = randomUUID();
  const failing = transact(async (tx) => {
    await recordRevocations(tx, [session]);
    throw new Error("no");
  });
  await t.rejects(failing, { message: "no" });
  await revocations.refresh();
  t.notOk(revocations.has(session));
});

t.test("an end that took long to commit is seen although newer ones were read before", async (t) => {
  const { feed, transact, revoke } = await open(t);
  const revocations = await feed();
  const [slow, quick] = [randomUUID(), randomUUID()];
  await transact(async (tx) => {
    await recordRevocations(tx, [slow]);
    await revoke(quick);
    await revocations.refresh();
    t.ok(revocations.has(quick));
    t.notOk(revocations.has(slow));
  });
  await revocations.refresh();
  t.ok(revocations.has(slow));
});

t.test("who no longer listens is not told", async (t) => {
  const { feed, revoke } = await open(t);
  const revocations = await feed();
  const session = randomUUID();
  revocations.listen(session, () => t.fail("it has stopped"))();
  await revoke(session);
  await revocations.refresh();
  t.ok(revocations.has(session));
});

t.test("a process that serves nobody reads nothing by itself", async (t) => {
  const { feed, revoke } = await open(t);
  const session = randomUUID();
  await revoke(session);
  t.notOk((await feed(false)).has(session));
});

t.test("a database that is away is told, and made up for", async (t) => {
  const { db, feed, revoke, errors } = await open(t);
  const revocations = await feed();
  await db.$executeRaw`alter table revocation rename to away`;
  await revocations.refresh();
  t.equal(errors.length > 0, true);
  await db.$executeRaw`alter table away rename to revocation`;
  const session = randomUUID();
  await revoke(session);
  // Older than the window that is read each time: only a full look finds it.
  await db.$executeRaw`update revocation set at = now() - interval '5 minutes'`;
  await eventually("it is read", () => revocations.has(session));
});

t.test("a process that stood still makes up for what ended meanwhile", async (t) => {
  const { db, feed, revoke } = await open(t);
  // Of a machine that wakes up after five minutes: its last answer is as old as that.
  const asleep = new Proxy(db, {
    get: (target, key) => (key === "$queryRaw" ? answerOfBefore : Reflect.get(target, key)),
  });
  const answerOfBefore = async (...query: Parameters<typeof db.$queryRaw>) => {
    const rows = z.array(z.looseObject({ readAt: z.date() })).parse(await db.$queryRaw(...query));
    return rows.map(({ readAt, ...row }) => ({ ...row, readAt: new Date(readAt.getTime() - 5 * 60_000) }));
  };
  const revocations = await feed(true, asleep);
  const session = randomUUID();
  await revoke(session);
  await db.$executeRaw`update revocation set at = now() - interval '4 minutes'`;
  await revocations.refresh();
  t.ok(revocations.has(session));
});

t.test("they are forgotten once no access token can outlive them", async (t) => {
  const { db, revoke } = await open(t);
  await revoke(randomUUID(), randomUUID());
  t.equal(await forgetRevocations({ db }), 0);
  await db.$executeRaw`update revocation set at = now() - interval '61 minutes' where id = (select min(id) from revocation)`;
  t.equal(await forgetRevocations({ db }), 1);
  t.equal(await db.revocation.count(), 1);
});
