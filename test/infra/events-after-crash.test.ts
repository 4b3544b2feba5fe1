/** A cursor outlives the database's fall: transaction ids that were given out and forgotten come again. */
import { randomUUID } from "node:crypto";
import t from "tap";
import { createTransact, openDb } from "../../src/infra/db.ts";
import { openEventLog, type RecordedEvent, recordEvents } from "../../src/infra/events.ts";
import { migrate } from "../../src/infra/migrate.ts";
import { withClient } from "../../src/infra/with-client.ts";
import { openCrashDatabase } from "../support/crash/crash-database.ts";
import { persistently } from "../support/crash/shipyard.ts";
import { eventually } from "../support/eventually.ts";

t.setTimeout(120_000);

const silent = { warn: () => undefined, error: () => undefined };

t.test("what is written under transaction ids that come a second time is told as well", async (t) => {
  const database = await openCrashDatabase({ durable: true });
  t.teardown(() => database.close());
  await migrate(database.url);
  const db = openDb({ url: database.url, poolSize: 2 });
  const open = async () => openEventLog({ databaseUrl: database.url, db, log: silent, listening: true });
  const workspaceId = randomUUID();
  const filter = { workspaceIds: [workspaceId], topic: "image" };
  const change = (version: number) => ({
    ...{ workspaceId, topic: "image", entityId: workspaceId, kind: "UPDATED" as const, version },
  });

  for (const before of [[], [1]]) {
    await t.test(before.length === 0 ? "in an empty log" : "in a log with an event", async (t) => {
      const first = createTransact(db, () => undefined);
      for (const version of before) await first((tx) => recordEvents(tx, [change(version)]));
      await giveOutIds(database.url, 300);
      const log = await open();
      t.teardown(() => log.close());
      const heard: RecordedEvent[] = [];
      log.listen(filter, (event) => void heard.push(event));
      const cursor = await log.horizon();
      const next = await nextId(database.url);
      await database.restartImmediately();
      t.ok((await nextId(database.url)) < next - 100n, "ids were forgotten: the test tells something");

      const transact = createTransact(db, log.wake);
      await persistently(() => transact((tx) => recordEvents(tx, [change(7)])));
      const resumed = async () => {
        const versions: number[] = [];
        for await (const { version } of log.readAfter(filter, cursor)) versions.push(version);
        return versions;
      };
      await eventually("the change, to who listened meanwhile", () => heard.length > 0);
      t.same(
        heard.map(({ version }) => version),
        [7],
      );
      t.same(await resumed(), [7], "and to who resumes");
    });
  }
  await db.$disconnect();
});

/** Uses up transaction ids of which nothing reaches the disk: the writer that would flush their ends sleeps. */
async function giveOutIds(url: string, count: number): Promise<void> {
  await withClient(url, async (client) => {
    await client.query("alter system set wal_writer_delay = '10s'");
    await client.query("select pg_reload_conf()");
    for (let n = 0; n < count; n += 1) {
      await client.query("begin");
      await client.query("select pg_current_xact_id()");
      await client.query("rollback");
    }
  });
}

/** The id that the next transaction gets. */
function nextId(url: string): Promise<bigint> {
  return persistently(() =>
    withClient(url, async (client) => {
      const { rows } = await client.query("select pg_snapshot_xmax(pg_current_snapshot())::text as next");
      return BigInt(rows[0].next);
    }),
  );
}
