/** Atelier as it runs in earnest: web server and worker as processes of their own, on one database and one folder. */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { type Api, openApi } from "../../scripts/demo-api.ts";
import { freePort, type ServerProcess, startProcess } from "../../scripts/server-process.ts";
import { createDatabase, type Teardown } from "./database.ts";

/** The running processes and how to reach them. */
export interface Processes {
  readonly url: string;
  /** `DATA_DIR` of all of them. */
  readonly folder: string;
  readonly databaseUrl: string;
  readonly api: Api;
  /** The web server's process. */
  readonly server: ServerProcess;
  /** Starts a worker; `environment` may arm a crash point. */
  startWorker(environment?: Readonly<Record<string, string>>): Promise<ServerProcess>;
  /** Rows of a query on their database. */
  rows(sql: string, parameters?: readonly unknown[]): Promise<Record<string, unknown>[]>;
}

/** Starts a web server; everything is stopped and removed after the test. All processes get the `environment`. */
export async function openProcesses(
  t: Teardown,
  environment: Readonly<Record<string, string>> = {},
): Promise<Processes> {
  const databaseUrl = await createDatabase(t);
  const folder = await mkdtemp(path.join(os.tmpdir(), "atelier-story-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const port = await freePort(42_000 + (process.pid % 1_000) * 10);
  const url = `http://localhost:${port}`;
  const base = {
    NODE_ENV: "test",
    DATABASE_URL: databaseUrl,
    DATA_DIR: folder,
    PORT: String(port),
    PUBLIC_URL: url,
    LOG_LEVEL: "info",
    EXPLORER: "public",
    ...environment,
  };
  const start = async (role: string, more: Readonly<Record<string, string>> = {}) => {
    const started = await startProcess(role, { ...base, ...more }, "pipe");
    t.teardown(() => started.stop());
    return started;
  };
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  pool.on("error", () => undefined);
  t.teardown(() => pool.end());
  const server = await start("serve");
  const api = openApi(url);
  t.teardown(() => api.close());
  return {
    ...{ url, folder, databaseUrl, api, server },
    startWorker: (more) => start("work", more),
    rows: async (sql, parameters = []) => (await pool.query(sql, [...parameters])).rows,
  };
}

/** Resolves when a process has written a text to its standard error. */
export function said({ process: child }: ServerProcess, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let heard = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      heard += chunk.toString();
      if (heard.includes(text)) resolve();
    });
    child.once("exit", () => reject(new Error(`The process ended before it said "${text}". It said: ${heard}`)));
  });
}

/** Kills a process at once, as a crash would, and waits until it is gone. */
export async function crash(server: ServerProcess): Promise<void> {
  server.process.kill("SIGKILL");
  await server.ended;
}
