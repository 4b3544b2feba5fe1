/**
 * A Postgres of our own for development, the demo and tests: real Postgres 18 binaries from npm, run in a folder.
 *
 * The server is a daemon, not a child: web and worker processes come and go on one cluster. Whoever finds it stopped
 * starts it; whoever leaves last stops it. A process that is killed leaves it running, and the next one reuses it.
 *
 * NOTE Postgres refuses to run as root. Started by root it runs as an unprivileged user, who must be able to reach the
 * binaries and the data; `postgres-binaries.ts` sees to that.
 */
import { execFile } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { chown, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import type { Logger } from "./log.ts";
import { findPostgresBinaries, type PostgresBinaries, reachableFolder } from "./postgres-binaries.ts";
import { withClient } from "./with-client.ts";

const run = promisify(execFile);
const user = "atelier";

/** How long another process may take to bring the cluster up before we give up, in milliseconds. */
const startDeadline = 60_000;

/** What `openEmbeddedPostgres` needs. */
export interface EmbeddedPostgresOptions {
  /** Where the cluster lives; made when missing. */
  readonly folder: string;
  readonly log: Pick<Logger, "info" | "debug">;
  /** Server settings, such as `{ fsync: "off" }` for tests; they count only when this process starts the server. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A running cluster. */
export interface EmbeddedPostgres {
  /** Connection string of a database of this cluster, which need not exist yet. */
  url(database: string): string;
  /** Creates the database unless it is there. */
  createDatabase(database: string): Promise<void>;
  /** Leaves the cluster, and stops it when no other client is connected. Call it once own connections are closed. */
  close(): Promise<void>;
  /** Stops the cluster, whoever is connected. */
  stop(): Promise<void>;
}

/** Finds or starts the cluster in a folder. Rejects with what Postgres said when it cannot start. */
export async function openEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const binaries = await findPostgresBinaries();
  const folder = await reachableFolder(options.folder, binaries.runAs, options.log);
  await createCluster(folder, binaries, options.log);
  const password = (await readFile(path.join(folder, "password"), "utf8")).trim();
  const { port, presence } = await join(folder, binaries, options, password);
  const url = (database: string) => urlOf(port, password, database);

  const stop = async () => {
    try {
      await run(binaries.pgCtl, ["stop", "-D", dataFolder(folder), "-m", "fast", "-w"], binaries.runAs);
    } catch (error) {
      // Somebody else may have stopped it a moment ago.
      if ((await runningPort(folder, binaries)) !== null) throw error;
    }
    options.log.debug({ folder }, "embedded Postgres stopped");
  };

  return {
    url,
    stop,
    createDatabase: (database) =>
      withClient(url("postgres"), async (client) => {
        // Two processes on a fresh cluster both want to make it: one after the other.
        await client.query("select pg_advisory_lock(hashtext($1))", [database]);
        const found = await client.query("select 1 from pg_database where datname = $1", [database]);
        if (found.rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(database)}`);
      }),
    close: async () => {
      const alone = await isAlone(presence);
      await presence.end();
      if (alone) await stop();
    },
  };
}

const dataFolder = (folder: string) => path.join(folder, "data");

const urlOf = (port: number, password: string, database: string) =>
  `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;

/**
 * Joins the running server, or starts it, and stays connected: whoever leaves sees by such connections that others are there.
 * A server that its last user is just stopping refuses the connection; then it is started again.
 */
async function join(folder: string, binaries: PostgresBinaries, options: EmbeddedPostgresOptions, password: string) {
  for (let tries = 1; ; tries += 1) {
    const port = await ensureRunning(folder, binaries, options);
    const presence = new pg.Client({
      connectionString: urlOf(port, password, "postgres"),
      application_name: "atelier presence",
      keepAlive: true,
    });
    presence.on("error", (error) => options.log.debug({ err: error }, "the embedded Postgres went away"));
    try {
      await presence.connect();
      return { port, presence };
    } catch (error) {
      if (tries === 20) throw error;
      await delay(250);
    }
  }
}

/**
 * Whether nobody else is connected. Our own connections, just closed, are counted for a moment longer, so one look is not
 * enough. When it cannot be asked, the server is gone or in trouble, and is left alone.
 */
async function isAlone(presence: pg.Client): Promise<boolean> {
  try {
    for (let looks = 1; ; looks += 1) {
      const answer = await presence.query<{ count: number }>(
        "select count(*)::int from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()",
      );
      if (answer.rows[0]?.count === 0) return true;
      if (looks === 5) return false;
      await delay(100);
    }
  } catch {
    return false;
  }
}

/** Makes the cluster beside its final place and renames it, so that two processes starting at once end with one. */
async function createCluster(folder: string, binaries: PostgresBinaries, log: EmbeddedPostgresOptions["log"]) {
  if (await exists(path.join(dataFolder(folder), "PG_VERSION"))) return;
  log.info("creating the embedded Postgres cluster");
  const fresh = `${folder}.${randomUUID()}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true, mode: 0o700 });
  const passwordFile = path.join(fresh, "password");
  await writeFile(passwordFile, randomBytes(24).toString("base64url"), { mode: 0o600 });
  const { uid, gid } = binaries.runAs;
  if (uid !== undefined && gid !== undefined)
    await Promise.all([fresh, passwordFile].map((file) => chown(file, uid, gid)));
  const locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"];
  const access = [`--username=${user}`, `--pwfile=${passwordFile}`, "--auth=scram-sha-256"];
  await run(binaries.initdb, ["-D", dataFolder(fresh), ...locale, ...access], binaries.runAs);
  try {
    await rename(fresh, folder);
  } catch (error) {
    // Another process was faster: its cluster is as good as ours. Anything else in the way is worth a word.
    await rm(fresh, { recursive: true, force: true });
    if (!(await exists(path.join(dataFolder(folder), "PG_VERSION")))) {
      throw new Error(`The folder ${folder} exists but holds no Postgres cluster. Move it away and start again.`, {
        cause: error,
      });
    }
  }
}

/** The port of the running server; starts it when nobody has. */
async function ensureRunning(folder: string, binaries: PostgresBinaries, options: EmbeddedPostgresOptions) {
  const deadline = Date.now() + startDeadline;
  for (;;) {
    const port = await runningPort(folder, binaries);
    if (port !== null) return port;
    try {
      await start(folder, binaries, options.settings ?? {});
      options.log.debug({ folder }, "embedded Postgres started");
    } catch (error) {
      // The likely reason is another process starting it at this moment; the next round finds it running.
      if (Date.now() > deadline) {
        const said = await readFile(path.join(folder, "postgres.log"), "utf8").catch(() => "no log was written");
        throw new Error(`The embedded Postgres in ${folder} did not start: ${said.slice(-2000)}`, { cause: error });
      }
      await delay(250);
    }
  }
}

async function start(folder: string, binaries: PostgresBinaries, settings: Readonly<Record<string, string>>) {
  const all = {
    listen_addresses: "127.0.0.1",
    port: String(await freePort()),
    unix_socket_directories: "",
    timezone: "UTC",
    ...settings,
  };
  const flags = Object.entries(all).map(([name, value]) => `-c ${name}='${value}'`);
  const log = path.join(folder, "postgres.log");
  await run(
    binaries.pgCtl,
    ["start", "-D", dataFolder(folder), "-l", log, "-w", "-o", flags.join(" ")],
    binaries.runAs,
  );
}

/** The port written in `postmaster.pid` (its fourth line), or null when no server runs on this cluster. */
async function runningPort(folder: string, binaries: PostgresBinaries): Promise<number | null> {
  try {
    await run(binaries.pgCtl, ["status", "-D", dataFolder(folder)], binaries.runAs);
    const pidFile = path.join(dataFolder(folder), "postmaster.pid");
    const lines = (await readFile(pidFile, "utf8")).split("\n");
    if (await belongsToSomebodyElse(lines[0] ?? "")) {
      await rm(pidFile);
      return null;
    }
    return lines[7]?.trim() === "ready" ? Number(lines[3]) : null;
  } catch {
    // `pg_ctl status` exits with 3 when no server runs; the file may vanish between the two looks.
    return null;
  }
}

/**
 * Whether a process number is not Postgres': after a reboot or in a new container somebody else has the number of a server
 * that did not end in order, and Postgres would take the folder for occupied. Only Linux can tell.
 */
async function belongsToSomebodyElse(pid: string): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return commandLine !== "" && !commandLine.includes("postgres");
}

/** A port that was free a moment ago; `start` is tried again when somebody else took it. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("No free port could be found on 127.0.0.1.");
  return address.port;
}

async function exists(file: string): Promise<boolean> {
  return readFile(file).then(
    () => true,
    () => false,
  );
}
