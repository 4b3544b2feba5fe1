/** The entry: reads the settings, builds the services, runs a role, and stops in order. */
import type { FastifyInstance } from "fastify";
import { type Config, ConfigError, readConfig } from "./config.ts";
import { doctorFlags, runDoctor } from "./doctor/run-doctor.ts";
import { databaseFault } from "./infra/database-fault.ts";
import { formatKey } from "./infra/key-ring.ts";
import { type Logger, openLog } from "./infra/log.ts";
import { migrate, pendingMigrations, SchemaNewerThanCode } from "./infra/migrate.ts";
import { withClient } from "./infra/with-client.ts";
import { runKeysRotate } from "./reseal-secrets.ts";
import { buildServer } from "./server.ts";
import { openDatabase, openServices, type Services } from "./services.ts";
import { stopOnSignal } from "./stop-signals.ts";
import { runStorageCheck, storageCheckFlags } from "./storage-check.ts";
import { startWorker, type Worker } from "./worker.ts";

const roles = {
  all: "web server and worker in one process (the default)",
  serve: "the web server alone",
  work: "the worker alone",
  migrate: "bring the database to this version's schema, and end",
  doctor: "look at database, storage, addresses, keys, providers and platforms, say what to do (--json), and end",
  "storage-check": "compare pictures' rows and files (--repair, --json, --quick, --grace-hours=24), and end",
  "keys-rotate": "seal every stored secret with the newest of SECRET_KEYS, say which old keys may go, and end",
  keys: "print fresh secrets for JWT_KEYS, MEDIA_KEYS and SECRET_KEYS, and end",
} as const;
type Role = keyof typeof roles;

async function main(name: string): Promise<void> {
  if (!isRole(name)) {
    const known = Object.entries(roles).map(([role, meaning]) => `  ${role.padEnd(13)} ${meaning}`);
    throw new ConfigError([`"${name}" is no role. Choose one of:\n${known.join("\n")}`]);
  }
  if (name === "keys") {
    process.stdout.write(`JWT_KEYS=${formatKey()}\nMEDIA_KEYS=${formatKey()}\nSECRET_KEYS=${formatKey()}\n`);
    return;
  }
  const parameters = process.argv.slice(3);
  const write = (text: string) => void process.stdout.write(text);
  if (name === "doctor") {
    process.exitCode = await runDoctor(doctorFlags(parameters), write);
    return;
  }
  const isCommand = name === "storage-check" || name === "keys-rotate";
  // A wrong flag is told before anything is opened.
  if (name === "storage-check") storageCheckFlags(parameters);
  const config = readConfig();
  // What a command says belongs to standard output alone; readable lines go to standard error.
  const log = openLog({ level: config.LOG_LEVEL, pretty: config.LOG_PRETTY || isCommand });
  const leaveDatabase = await prepareDatabase(config, log, name);
  if (name === "migrate") return leaveDatabase();
  // The services hold the database open themselves before the preparation lets go of it.
  const listening = name === "all" || name === "serve";
  // oxlint-disable-next-line typescript/no-misused-promises -- `finally` waits for what it is given
  const services = await openServices(config, log, { listening }).finally(leaveDatabase);
  if (name === "all" || name === "serve" || name === "work") return runRole(name, services);
  try {
    process.exitCode = await (name === "keys-rotate"
      ? runKeysRotate(services, write)
      : runStorageCheck(services, storageCheckFlags(parameters), write));
  } finally {
    await services.close();
  }
}

const isRole = (name: string): name is Role => Object.hasOwn(roles, name);

/**
 * Migrates where that is asked for or harmless; production only checks, because several processes start at once there.
 * Answers how to leave the database, which this keeps open.
 */
async function prepareDatabase(config: Config, log: Logger, role: Role): Promise<() => Promise<void>> {
  const database = await openDatabase(config, log);
  try {
    if (role === "migrate" || config.NODE_ENV !== "production") {
      const applied = await migrate(database.url);
      log.info({ applied }, applied.length === 0 ? "the database is up to date" : "the database was migrated");
    } else {
      await requireMigrated(database.url);
    }
    return database.close;
  } catch (error) {
    await database.close();
    throw unreachable(error, database.url) ?? error;
  }
}

/** A fault of the settings for a database that cannot be entered; undefined for every other error. Tells no password. */
function unreachable(error: unknown, databaseUrl: string): ConfigError | undefined {
  const fault = databaseFault(error);
  if (fault === null) return undefined;
  const { host, pathname } = new URL(databaseUrl);
  return new ConfigError([`DATABASE_URL leads to ${host}${pathname}, and ${fault}`]);
}

async function requireMigrated(databaseUrl: string): Promise<void> {
  const { missing, unknown } = await withClient(databaseUrl, pendingMigrations);
  if (unknown.length > 0) throw new SchemaNewerThanCode(unknown);
  if (missing.length === 0) return;
  throw new ConfigError([`the database lacks the migrations ${missing.join(", ")}: run the role \`migrate\` first`]);
}

/** Milliseconds that requests under way may take to end once we stop; then their connections are cut. */
const requestGrace = 5_000;

async function runRole(role: "all" | "serve" | "work", services: Services): Promise<void> {
  const { config, log } = services;
  let app: FastifyInstance | null = null;
  let worker: Worker | null = null;
  const stop = async () => {
    // Side by side: a slow reader of a picture must not keep the worker taking jobs.
    const cut = setTimeout(() => app?.server.closeAllConnections(), requestGrace);
    const ends = await Promise.allSettled([app?.close(), worker?.stop()]);
    clearTimeout(cut);
    await services.close();
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  };
  try {
    if (role !== "work") {
      app = await buildServer(services);
      const address = await app.listen({
        host: config.HOST,
        port: config.PORT,
        listenTextResolver: (url) => `listening on ${url}`,
      });
      log.info({ explorer: config.EXPLORER === "off" ? null : `${address}/graphiql` }, "the API answers at /graphql");
    }
    if (role !== "serve") worker = await startWorker(services);
  } catch (error) {
    await stop();
    throw error;
  }
  log.info({ role }, "ready");
  // A parent that started us with a channel is told when we are ready.
  process.send?.({ ready: true });
  const broken = worker?.done.then(() => "the worker ended") ?? new Promise<string>(() => {});
  const reason = await stopOnSignal(log, broken, stop);
  if (reason === "the worker ended") process.exitCode = 1;
}

try {
  await main(process.argv[2] ?? "all");
  if (process.connected) process.disconnect();
} catch (error) {
  if (error instanceof ConfigError || error instanceof SchemaNewerThanCode) process.stderr.write(`${error.message}\n`);
  else process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
}
