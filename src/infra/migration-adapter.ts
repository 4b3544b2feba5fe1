/** Prisma's Postgres adapter, as the schema engine needs it: three faults of the stock one would break `diff` and migrations. */
import { randomUUID } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import { ColumnTypeEnum, type SqlMigrationAwareDriverAdapterFactory } from "@prisma/driver-adapter-utils";
import pg from "pg";
import { withClient } from "./with-client.ts";

/** Postgres' type ids: the one-byte `"char"` of the system catalogue, and `text`. */
const charType = 18;
const textType = 25;

/**
 * An adapter factory for the schema engine, on the database of a connection string. The engine does not always give its
 * connections back: `close` does, whatever the engine thinks.
 */
export function openMigrationAdapter(databaseUrl: string): {
  factory: SqlMigrationAwareDriverAdapterFactory;
  close(): Promise<void>;
} {
  const pools: pg.Pool[] = [];
  const openAdapter = (url: string) => {
    const pool = new pg.Pool({ connectionString: url, application_name: "atelier migrate", max: 1 });
    pools.push(pool);
    return adapterOf(pool);
  };
  const close = async () => {
    await Promise.all(pools.filter((pool) => !pool.ended).map((pool) => pool.end()));
  };
  const factory: SqlMigrationAwareDriverAdapterFactory = {
    provider: "postgres",
    adapterName: "@prisma/adapter-pg",
    connect: () => openAdapter(databaseUrl),
    // NOTE The stock factory spreads its configuration over the shadow database's name, and a connection string in there
    // wins: it would run every migration on the real database.
    connectToShadowDb: async () => {
      const name = `atelier_shadow_${randomUUID()}`;
      const shadow = new URL(databaseUrl);
      shadow.pathname = `/${name}`;
      await execute(databaseUrl, `create database ${pg.escapeIdentifier(name)}`);
      const adapter = await openAdapter(shadow.href);
      const dispose = adapter.dispose.bind(adapter);
      adapter.dispose = async () => {
        await dispose();
        await execute(databaseUrl, `drop database ${pg.escapeIdentifier(name)} with (force)`);
      };
      return adapter;
    },
  };
  return { factory, close };
}

async function adapterOf(pool: pg.Pool) {
  // NOTE The stock adapter refuses the catalogue type "char", which the engine reads (as a character, not as text) when it
  // describes a database. So the adapter is told "text", and the engine is told "character" where that was a lie.
  const charColumns = new Map<string, readonly number[]>();
  const labelled = new Proxy(pool, {
    get(target, property) {
      if (property !== "query") return Reflect.get(target, property, target);
      return async (statement: string | pg.QueryConfig) => {
        const result = await target.query(statement);
        const found = (result.fields ?? []).flatMap((field, index) => (field.dataTypeID === charType ? [index] : []));
        for (const field of result.fields ?? []) if (field.dataTypeID === charType) field.dataTypeID = textType;
        if (typeof statement !== "string" && found.length > 0) charColumns.set(statement.text, found);
        return result;
      };
    },
  });
  const adapter = await new PrismaPg(labelled, { disposeExternalPool: true }).connect();
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (query) => {
    const answer = await queryRaw(query);
    for (const index of charColumns.get(query.sql) ?? []) answer.columnTypes[index] = ColumnTypeEnum.Character;
    return answer;
  };
  // NOTE The stock adapter cuts a script at every semicolon, also inside a function's body, and runs the pieces one by one. Sent
  // whole, it is one transaction: a migration that fails leaves nothing behind.
  adapter.executeScript = async (script) => {
    await pool.query(script);
  };
  return adapter;
}

const execute = (databaseUrl: string, statement: string) =>
  withClient(databaseUrl, (client) => client.query(statement));
