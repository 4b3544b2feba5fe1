import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import fc from "fast-check";
import pg from "pg";
import t from "tap";
import { createTransact, openDb } from "../../src/infra/db.ts";
import { isAfter } from "../../src/infra/event-cursor.ts";
import { type EventLog, openEventLog, type RecordedEvent, recordEvents } from "../../src/infra/events.ts";
import { createDatabase, type Teardown } from "../support/database.ts";
import { eventually } from "../support/eventually.ts";

/** Wake-ups take some 20 ms; the poll under them comes once a second. */
const wellBeforePoll = 400;

const newEvent = (workspaceId: string, version: number) => ({
  ...{ workspaceId, topic: "image", entityId: workspaceId, kind: "UPDATED" as const, version },
});

/** A database with a log on it, and one workspace to tell of. */
async function setUp(t: Teardown) {
  const databaseUrl = await createDatabase(t);
  const db = openDb({ url: databaseUrl, poolSize: 4 });
  t.teardown(() => db.$disconnect());
  const warnings: string[] = [];
  const note = (_details: unknown, message?: string) => void warnings.push(message ?? "");
  const openLog = async (listening = true) => {
    const events = await openEventLog({ databaseUrl, db, log: { warn: note, error: note }, listening });
    let closed: Promise<void> | undefined;
    const close = () => {
      closed ??= events.close();
      return closed;
    };
    t.teardown(close);
    return { ...events, close };
  };
  const connect = async () => {
    const client = new pg.Client(databaseUrl);
    client.on("error", () => undefined);
    await client.connect();
    t.teardown(() => client.end());
    return client;
  };
  return { db, openLog, connect, warnings, workspaceId: randomUUID() };
}

/** Collects a workspace's events. */
function listen(events: EventLog, workspaceId: string) {
  const got: RecordedEvent[] = [];
  const stop = events.listen({ workspaceIds: [workspaceId], topic: "image" }, (event) => got.push(event));
  const versions = () => got.map((event) => event.version);
  return { got, stop, versions, received: (count: number) => eventually(`event ${count}`, () => got.length >= count) };
}

const insert = (client: pg.Client, workspaceId: string, version: number) =>
  client.query(
    "insert into event (workspace_id, topic, entity_id, kind, version) values ($1, 'image', $1, 'UPDATED', $2)",
    [workspaceId, version],
  );

t.test("a row that was written first and commits last is neither lost nor told twice", async (t) => {
  const { openLog, connect, workspaceId } = await setUp(t);
  const events = await openLog();
  const { received, versions } = listen(events, workspaceId);
  const [slow, quick] = [await connect(), await connect()];
  await slow.query("begin");
  await insert(slow, workspaceId, 1);
  await insert(quick, workspaceId, 2);
  events.wake();
  const start = await events.horizon();
  const readable: number[] = [];
  const filter = { workspaceIds: [workspaceId], topic: "image" };
  for await (const event of events.readAfter(filter, { xid: 0n, id: 0n })) readable.push(event.version);
  t.same(readable, [], "nothing behind the slow transaction is read yet");
  await slow.query("commit");
  events.wake();
  await received(2);
  await insert(quick, workspaceId, 3);
  events.wake();
  await received(3);
  t.same(versions(), [1, 2, 3]);
  const again: number[] = [];
  for await (const event of events.readAfter(filter, start)) again.push(event.version);
  t.same(again, [1, 2, 3], "and a reader that starts from a horizon misses none");
});

t.test("whatever order transactions write and end in, each committed event is told once, in one order", async (t) => {
  const { openLog, connect, workspaceId } = await setUp(t);
  const events = await openLog();
  const { got, received } = listen(events, workspaceId);
  const clients = await Promise.all([connect(), connect(), connect()]);
  const expected = new Set<number>();
  let version = 0;
  const plan = fc.record({
    steps: fc.shuffledSubarray([0, 0, 1, 1, 1, 2, 2], { minLength: 7 }),
    commits: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
  });
  await fc.assert(
    fc.asyncProperty(plan, async ({ steps, commits }) => {
      const written = clients.map((): number[] => []);
      const left = clients.map((_, index) => steps.filter((step) => step === index).length);
      for (const [index, client] of clients.entries()) if ((left[index] ?? 0) > 0) await client.query("begin");
      for (const index of steps) {
        const client = clients[index] ?? (await connect());
        version += 1;
        await insert(client, workspaceId, version);
        written[index]?.push(version);
        left[index] = (left[index] ?? 0) - 1;
        if (left[index] !== 0) continue;
        await client.query(commits[index] ? "commit" : "rollback");
        if (commits[index]) for (const one of written[index] ?? []) expected.add(one);
        events.wake();
      }
    }),
    { numRuns: 15 },
  );
  await received(expected.size);
  t.same(new Set(got.map((event) => event.version)), expected);
  t.equal(got.length, expected.size, "none twice");
  t.ok(got.every((event, index) => index === 0 || isAfter(event, got[index - 1] ?? event)));
});

t.test("a transaction that is rolled back tells nothing", async (t) => {
  const { db, openLog, workspaceId } = await setUp(t);
  const events = await openLog();
  const transact = createTransact(db, events.wake);
  const { received, versions } = listen(events, workspaceId);
  const undone = transact(async (tx) => {
    await recordEvents(tx, [newEvent(workspaceId, 1)]);
    throw new Error("changed our mind");
  });
  await t.rejects(undone, { message: "changed our mind" });
  await transact((tx) => recordEvents(tx, [newEvent(workspaceId, 2)]));
  await received(1);
  t.same(versions(), [2]);
});

t.test("a commit wakes the other processes, long before they poll", async (t) => {
  const { db, openLog, workspaceId } = await setUp(t);
  const worker = await openLog(false);
  const web = await openLog();
  const transact = createTransact(db, worker.wake);
  const { received } = listen(web, workspaceId);
  for (let version = 1; version <= 5; version += 1) {
    const started = performance.now();
    await transact((tx) => recordEvents(tx, [newEvent(workspaceId, version)]));
    await received(version);
    const took = performance.now() - started;
    t.ok(took < wellBeforePoll, `heard after ${Math.round(took)} ms`);
  }
});

t.test("a listener gets its topic, its workspaces and its entities, until it stops", async (t) => {
  const { db, openLog, workspaceId } = await setUp(t);
  const events = await openLog();
  const transact = createTransact(db, events.wake);
  const other = randomUUID();
  const all = listen(events, workspaceId);
  const one: number[] = [];
  events.listen({ workspaceIds: [workspaceId], topic: "image", entityIds: [other] }, (event) =>
    one.push(event.version),
  );
  await transact((tx) =>
    recordEvents(tx, [
      newEvent(workspaceId, 1),
      { ...newEvent(workspaceId, 2), topic: "post" },
      newEvent(other, 3),
      { ...newEvent(workspaceId, 4), entityId: other },
    ]),
  );
  await all.received(2);
  t.same(all.versions(), [1, 4]);
  t.same(one, [4]);
  all.stop();
  await transact((tx) => recordEvents(tx, [{ ...newEvent(workspaceId, 5), entityId: other }]));
  await eventually("the next event", () => one.length === 2);
  t.same(all.versions(), [1, 4], "nothing after the stop");
});

t.test("more events than a page are read in order", async (t) => {
  const { db, openLog, workspaceId } = await setUp(t);
  const events = await openLog(false);
  const versions = Array.from({ length: 1_203 }, (_, index) => index);
  await db.$transaction((tx) =>
    recordEvents(
      tx,
      versions.map((version) => newEvent(workspaceId, version)),
    ),
  );
  const read: number[] = [];
  const filter = { workspaceIds: [workspaceId], topic: "image" };
  for await (const event of events.readAfter(filter, { xid: 0n, id: 0n })) read.push(event.version);
  t.same(read, versions);
});

t.test("a listening connection that breaks is opened again, and nothing is missed", async (t) => {
  const { db, openLog, connect, workspaceId, warnings } = await setUp(t);
  const events = await openLog();
  const transact = createTransact(db, events.wake);
  const { received, versions } = listen(events, workspaceId);
  const admin = await connect();
  const ears =
    "select pid from pg_stat_activity where application_name = 'atelier events' and datname = current_database()";
  await admin.query(`select pg_terminate_backend(pid) from (${ears}) as ears`);
  for (let version = 1; version <= 3; version += 1)
    await transact((tx) => recordEvents(tx, [newEvent(workspaceId, version)]));
  await received(3);
  await eventually("a new listening connection", async () => (await admin.query(ears)).rowCount === 1);
  await transact((tx) => recordEvents(tx, [newEvent(workspaceId, 4)]));
  await received(4);
  t.same(versions(), [1, 2, 3, 4]);
  t.match(warnings, [/the listening connection broke/]);
});

t.test("a log closes while it reconnects, and leaves no connection", async (t) => {
  const { openLog, connect, warnings } = await setUp(t);
  const events = await openLog();
  const admin = await connect();
  const ours = `from pg_stat_activity
    where application_name in ('atelier events', 'atelier wake-ups') and datname = current_database()`;
  await admin.query(`select pg_terminate_backend(pid) ${ours}`);
  await eventually("the loss of the connection", () => warnings.length > 0);
  // By now it waits for its next try.
  await delay(100);
  await events.close();
  // Nothing tells that nobody comes back; this is longer than the pause before a connection is opened again.
  await delay(700);
  t.equal((await admin.query(`select 1 ${ours}`)).rowCount, 0);
});
