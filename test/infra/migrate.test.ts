import pg from "pg";
import t from "tap";
import { diffMigrations, migrate, pendingMigrations, SchemaNewerThanCode } from "../../src/infra/migrate.ts";
import { createDatabase, type Teardown } from "../support/database.ts";

/** A database with nothing in it, and a connection to it. */
async function emptyDatabase(t: Teardown) {
  const databaseUrl = await createDatabase(t);
  const client = new pg.Client(databaseUrl);
  await client.connect();
  t.teardown(() => client.end());
  await client.query("drop schema public cascade; create schema public; drop schema graphile_worker cascade");
  return { databaseUrl, client };
}

t.test("an empty database gets every table, and a second run finds nothing to do", async (t) => {
  const { databaseUrl, client } = await emptyDatabase(t);
  const { missing } = await pendingMigrations(client);
  t.ok(missing.length > 0);
  t.same(await migrate(databaseUrl), missing);
  t.same(await pendingMigrations(client), { missing: [], unknown: [] });
  const tables = await client.query(
    "select to_regclass('image') is not null and to_regclass('graphile_worker.jobs') is not null as there",
  );
  t.same(tables.rows, [{ there: true }]);
  t.same(await migrate(databaseUrl), []);
});

t.test("of processes that migrate at the same moment one does it, and the others wait for it", async (t) => {
  const { databaseUrl, client } = await emptyDatabase(t);
  const { missing } = await pendingMigrations(client);
  const answers = await Promise.all([migrate(databaseUrl), migrate(databaseUrl), migrate(databaseUrl)]);
  t.same(answers.flat(), missing, "each migration ran once");
  const rows = await client.query("select count(*)::int as count from _prisma_migrations");
  t.same(rows.rows, [{ count: missing.length }]);
});

t.test("a database of a newer version is left alone", async (t) => {
  const databaseUrl = await createDatabase(t);
  const client = new pg.Client(databaseUrl);
  await client.connect();
  t.teardown(() => client.end());
  await client.query(
    `insert into _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
     values ('n', 'c', '29990101000000_tomorrow', now(), now(), 1)`,
  );
  await t.rejects(migrate(databaseUrl), SchemaNewerThanCode);
  await t.rejects(migrate(databaseUrl), { message: /29990101000000_tomorrow.*Start that version/ });
  t.same((await pendingMigrations(client)).unknown, ["29990101000000_tomorrow"]);
});

t.test("a migrated database differs in nothing from what is compared, and keeps its rows meanwhile", async (t) => {
  const databaseUrl = await createDatabase(t);
  const client = new pg.Client(databaseUrl);
  await client.connect();
  t.teardown(() => client.end());
  await client.query("insert into workspace (id, name) values (gen_random_uuid(), 'ours')");
  await diffMigrations(databaseUrl);
  const rows = await client.query("select name from workspace");
  t.same(rows.rows, [{ name: "ours" }], "the comparison uses a database of its own");
  const shadows = await client.query("select datname from pg_database where datname like 'atelier_shadow_%'");
  t.same(shadows.rows, [], "and removes it");
});
