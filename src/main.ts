/** The entry: reads the settings, builds the services, runs a role, and stops in order. */
import pg from "pg";
import { type Config, ConfigError, readConfig } from "./config.ts";
import { formatKey } from "./infra/key-ring.ts";
import { type Logger, openLog } from "./infra/log.ts";
import { migrate, pendingMigrations, SchemaNewerThanCode } from "./infra/migrate.ts";
import { buildServer } from "./server.ts";
import { openDatabase, openServices, type Services } from "./services.ts";
import { startWorker } from "./worker.ts";

const roles = {
  all: "web server and worker in one process (the default)",
  serve: "the web server alone",
  work: "the worker alone",
  migrate: "bring the database to this version's schema, and end",
  keys: "print fresh secrets for JWT_KEYS and MEDIA_KEYS, and end",
} as const;
type Role = keyof typeof roles;

/** A stop that takes longer than this is cut short, in milliseconds. */
const stopDeadline = 30_000;

async function main(name: string): Promise<void> {
  if (!isRole(name)) {
    const known = Object.entries(roles).map(([role, meaning]) => `  ${role.padEnd(8)} ${meaning}`);
    throw new ConfigError([`"${name}" is no role. Choose one of:\n${known.join("\n")}`]);
  }
  if (name === "keys") {
    process.stdout.write(`JWT_KEYS=${formatKey()}\nMEDIA_KEYS=${formatKey()}\n`);
    return;
  }
  const config = readConfig();
  const log = openLog({ level: config.LOG_LEVEL, pretty: config.LOG_PRETTY });
  await prepareDatabase(config, log, name);
  if (name === "migrate") return;
  const services = await openServices(config, log, { listening: name !== "work" });
  await runRole(name, services);
}

const isRole = (name: string): name is Role => Object.hasOwn(roles, name);

/** Migrates where that is asked for or harmless; production only checks, because several processes start at once there. */
async function prepareDatabase(config: Config, log: Logger, role: Role): Promise<void> {
  const closers: (() => Promise<unknown>)[] = [];
  const { databaseUrl } = await openDatabase(config, log, closers);
  try {
    if (role === "migrate" || config.NODE_ENV !== "production") {
      const applied = await migrate(databaseUrl);
      log.info({ applied }, applied.length === 0 ? "the database is up to date" : "the database was migrated");
      return;
    }
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    const { missing, unknown } = await pendingMigrations(client);
    await client.end();
    if (unknown.length > 0) throw new SchemaNewerThanCode(unknown);
    if (missing.length > 0)
      throw new ConfigError([
        `the database lacks the migrations ${missing.join(", ")}: run the role \`migrate\` first`,
      ]);
  } finally {
    // Only a one-shot role leaves the embedded Postgres here; the others go on to use it.
    if (role === "migrate") for (const close of closers) await close();
  }
}

async function runRole(role: "all" | "serve" | "work", services: Services): Promise<void> {
  const { config, log } = services;
  const app = role === "work" ? null : await buildServer(services);
  const worker = role === "serve" ? null : await startWorker(services);
  if (app !== null) {
    const address = await app.listen({ host: config.HOST, port: config.PORT });
    log.info({ address, explorer: config.EXPLORER === "off" ? null : `${address}/graphiql` }, "listening");
  }
  log.info({ role, pid: process.pid }, "ready");
  // A parent that started us with a channel is told when we are ready, and where.
  const bound = app?.server.address();
  process.send?.({ ready: true, port: typeof bound === "object" ? (bound?.port ?? null) : null });

  const stop = async () => {
    await app?.close();
    await worker?.stop();
    await services.close();
  };
  await stopOnSignal(log, stop, worker?.done ?? new Promise(() => undefined));
}

/** Waits for a signal (or for the worker to break), then stops in order; a second signal or a slow stop ends at once. */
async function stopOnSignal(log: Logger, stop: () => Promise<void>, broken: Promise<void>): Promise<void> {
  const signalled = new Promise<string>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => resolve(signal));
    process.once("disconnect", () => resolve("disconnect"));
  });
  const reason = await Promise.race([signalled, broken.then(() => "the worker ended")]);
  log.info({ reason }, "stopping");
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
  const deadline = setTimeout(() => {
    log.error("the stop took too long and is cut short");
    process.exit(1);
  }, stopDeadline);
  await stop();
  clearTimeout(deadline);
  log.info("stopped");
}

try {
  await main(process.argv[2] ?? "all");
  process.disconnect?.();
} catch (error) {
  if (error instanceof ConfigError || error instanceof SchemaNewerThanCode) process.stderr.write(`${error.message}\n`);
  else process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
}
