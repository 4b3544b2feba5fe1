/**
 * Migrations: Prisma's own engine, as WebAssembly, because its binary would have to be downloaded; and the job queue's.
 */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import type { DiffTarget, SchemaEngine } from "@prisma/schema-engine-wasm/schema_engine_bg";
import { runMigrations as migrateQueue } from "graphile-worker";
import type pg from "pg";
import { z } from "zod";
import { openMigrationAdapter } from "./migration-adapter.ts";
import { withClient } from "./with-client.ts";

const prismaFolder = fileURLToPath(new URL("../../prisma/", import.meta.url));
const migrationsFolder = path.join(prismaFolder, "migrations");

/** "atelier" in ASCII: the advisory lock under which one process migrates and the others wait. */
const migrationLock = 0x61_74_65_6c_69_65;

/** Tables of others that a diff must not propose to drop. */
const filters = { externalTables: [], externalEnums: [] };

/** Brings the database to this code's schema, one process at a time. Resolves with the names of what was applied. */
export async function migrate(databaseUrl: string): Promise<readonly string[]> {
  return withClient(databaseUrl, async (client) => {
    // Ending the connection gives the lock back.
    await client.query("select pg_advisory_lock($1)", [migrationLock]);
    const pending = await pendingMigrations(client);
    if (pending.unknown.length > 0) throw new SchemaNewerThanCode(pending.unknown);
    const migrationsList = await readMigrations();
    const applied =
      pending.missing.length === 0
        ? []
        : await withEngine(databaseUrl, (engine) => engine.applyMigrations({ migrationsList, filters })).then(
            (answer) => answer.appliedMigrationNames,
          );
    await migrateQueue({ connectionString: databaseUrl });
    return applied;
  });
}

/** The database was migrated by a newer Atelier. Running an older one on it could damage data, so it refuses to start. */
export class SchemaNewerThanCode extends Error {
  constructor(unknown: readonly string[]) {
    super(
      `The database has migrations that this version does not know (${unknown.join(", ")}): it belongs to a newer Atelier. ` +
        "Start that version, or restore a backup made before the upgrade.",
    );
    this.name = "SchemaNewerThanCode";
  }
}

/** How the database compares with the code: `missing` are not applied yet, `unknown` were applied by a newer version. */
export async function pendingMigrations(
  client: Pick<pg.Client, "query">,
): Promise<{ missing: readonly string[]; unknown: readonly string[] }> {
  const known = await migrationNames();
  const table = await client.query<{ found: boolean }>("select to_regclass('_prisma_migrations') is not null as found");
  if (table.rows[0]?.found !== true) return { missing: known, unknown: [] };
  const rows = await client.query<{ migration_name: string }>(
    "select migration_name from _prisma_migrations where finished_at is not null and rolled_back_at is null",
  );
  const applied = new Set(rows.rows.map((row) => row.migration_name));
  return {
    missing: known.filter((name) => !applied.has(name)),
    unknown: [...applied].filter((name) => !known.includes(name)),
  };
}

/**
 * The SQL that leads from the migrations folder to `schema.prisma`; empty when they agree. `databaseUrl` must name a server
 * on which a scratch ("shadow") database may be made and dropped.
 */
export async function diffMigrations(databaseUrl: string): Promise<string> {
  const schema = path.join(prismaFolder, "schema.prisma");
  const files = [{ path: schema, content: await readFile(schema, "utf8") }];
  const from: DiffTarget = { tag: "migrations", ...(await readMigrations()) };
  const to: DiffTarget = { tag: "schemaDatamodel", files };
  const answer = await withEngine(databaseUrl, (engine) =>
    engine.diff({ from, to, script: true, exitCode: true, filters }),
  );
  return answer.exitCode === 0 ? "" : (answer.stdout ?? "");
}

/** Names of the migrations in the code, oldest first. */
async function migrationNames(): Promise<string[]> {
  const entries = await readdir(migrationsFolder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
}

async function readMigrations() {
  const names = await migrationNames();
  const migrationDirectories = await Promise.all(
    names.map(async (name) => {
      const value = await readFile(path.join(migrationsFolder, name, "migration.sql"), "utf8");
      return { path: name, migrationFile: { path: "migration.sql", content: { tag: "ok" as const, value } } };
    }),
  );
  const lockfile = { path: "migration_lock.toml", content: 'provider = "postgresql"\n' };
  return { baseDir: migrationsFolder, lockfile, shadowDbInitScript: "", migrationDirectories };
}

async function withEngine<T>(databaseUrl: string, use: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  const Engine = await loadEngine();
  const { factory, close } = openMigrationAdapter(databaseUrl);
  const engine = await Engine.new(
    { datamodels: undefined },
    ignoreEngineLog,
    bindMigrationAwareSqlAdapterFactory(factory),
  );
  try {
    return await use(engine);
  } finally {
    engine.free();
    await close();
  }
}

/** The engine reports every step through this callback; its failures reach us as rejections. */
const ignoreEngineLog = () => {};

const wasmExports = z.looseObject({ __wbindgen_start: z.custom<() => void>((value) => typeof value === "function") });

let loaded: Promise<typeof SchemaEngine> | undefined;

/** NOTE The bindings keep the instance in module state: a second instance would pull the first one's memory away. */
const loadEngine = (): Promise<typeof SchemaEngine> => {
  loaded ??= instantiateEngine();
  return loaded;
};

async function instantiateEngine(): Promise<typeof SchemaEngine> {
  const bindings = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const script = fileURLToPath(import.meta.resolve("@prisma/schema-engine-wasm/schema_engine_bg"));
  const wasm = await readFile(script.replace(/\.js$/, ".wasm"));
  const imports = { "./schema_engine_bg.js": { ...bindings } };
  const { instance } = await WebAssembly.instantiate(wasm, imports);
  const exports = wasmExports.parse(instance.exports);
  bindings.__wbg_set_wasm(instance.exports);
  exports.__wbindgen_start();
  return bindings.SchemaEngine;
}
