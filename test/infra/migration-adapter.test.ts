import { ColumnTypeEnum } from "@prisma/driver-adapter-utils";
import pg from "pg";
import t from "tap";
import { openMigrationAdapter } from "../../src/infra/migration-adapter.ts";
import { createDatabase } from "../support/database.ts";
import { eventually } from "../support/eventually.ts";

const query = (sql: string) => ({ sql, args: [], argTypes: [] });

t.test("the shadow database is another one than the real one, and goes away", async (t) => {
  const databaseUrl = await createDatabase(t);
  const { factory, close } = openMigrationAdapter(databaseUrl);
  const real = await factory.connect();
  const shadow = await factory.connectToShadowDb();
  const name = async (adapter: typeof real) =>
    (await adapter.queryRaw(query("select current_database()::text"))).rows[0]?.[0];
  t.equal(await name(real), new URL(databaseUrl).pathname.slice(1));
  const shadowName = await name(shadow);
  t.match(shadowName, /^atelier_shadow_/);
  await shadow.executeScript("create table only_in_shadow ()");
  t.same((await real.queryRaw(query("select to_regclass('only_in_shadow')::text"))).rows, [[null]]);
  await shadow.dispose();
  const found = await real.queryRaw(query(`select 1 from pg_database where datname = '${shadowName}'`));
  t.same(found.rows, []);
  await close();
});

t.test("the catalogue's one-byte columns arrive as characters", async (t) => {
  const { factory, close } = openMigrationAdapter(await createDatabase(t));
  const adapter = await factory.connect();
  const sql = `select 'a'::"char" as letter, 'word'::text as word, 1::int as number`;
  // The second time the driver knows the statement already.
  for (const time of ["first", "second"]) {
    const { columnTypes, rows } = await adapter.queryRaw(query(sql));
    t.same(columnTypes, [ColumnTypeEnum.Character, ColumnTypeEnum.Text, ColumnTypeEnum.Int32], time);
    t.same(rows, [["a", "word", 1]]);
  }
  await close();
});

t.test(
  "a script runs whole: a function's body is not cut at its semicolons, and what fails leaves nothing",
  async (t) => {
    const { factory, close } = openMigrationAdapter(await createDatabase(t));
    const adapter = await factory.connect();
    await adapter.executeScript(
      "create function nothing() returns int language plpgsql as $$ begin perform 1; return 2; end $$; create table kept ();",
    );
    t.same((await adapter.queryRaw(query("select nothing(), to_regclass('kept')::text"))).rows, [[2, "kept"]]);
    await t.rejects(adapter.executeScript("create table half (); select 1/0;"), { message: /division by zero/ });
    t.same((await adapter.queryRaw(query("select to_regclass('half')::text"))).rows, [[null]]);
    await close();
  },
);

t.test("closing gives back every connection, whatever was left open", async (t) => {
  const databaseUrl = await createDatabase(t);
  const { factory, close } = openMigrationAdapter(databaseUrl);
  await (await factory.connect()).queryRaw(query("select 1"));
  await close();
  const client = new pg.Client(databaseUrl);
  await client.connect();
  t.teardown(() => client.end());
  // The server notices a moment later that somebody hung up.
  await eventually("nobody else is connected", async () => {
    const left = await client.query(
      "select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    );
    return left.rowCount === 0;
  });
});
