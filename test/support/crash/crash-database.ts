/** A Postgres of its own that can fall down: what it did not promise to keep is lost with it. */
import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { openEmbeddedPostgres } from "../../../src/infra/embedded-postgres.ts";
import { findPostgresBinaries, reachableFolder } from "../../../src/infra/postgres-binaries.ts";

const run = promisify(execFile);
const quiet = { info: () => undefined, debug: () => undefined };

/** Commits are not waited for unless a transaction asks for it: an immediate stop then loses them. */
const forgetful = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "200" };

/** A database and the hand on its plug. */
export interface CrashDatabase {
  readonly url: string;
  /** Stops the server at once, as a power cut of its process would, and starts it again. */
  restartImmediately(): Promise<void>;
  close(): Promise<void>;
}

/** Opens one in a folder of its own. A `durable` one keeps every commit that it confirmed. */
export async function openCrashDatabase({ durable = false } = {}): Promise<CrashDatabase> {
  const parent = await mkdtemp(path.join(os.tmpdir(), "atelier-crash-"));
  await chmod(parent, 0o755);
  const folder = path.join(parent, "postgres");
  const cluster = await openEmbeddedPostgres({
    folder,
    log: quiet,
    settings: { ...forgetful, ...(durable && { synchronous_commit: "on" }) },
  });
  await cluster.createDatabase("crash");
  const { pgCtl, runAs } = await findPostgresBinaries();
  const data = path.join(await reachableFolder(folder, runAs, quiet), "data");
  const log = path.join(path.dirname(data), "postgres.log");
  const remove = async () => {
    await cluster.stop();
    await rm(parent, { recursive: true, force: true });
  };
  // It is a daemon: whoever breaks the run off would leave it behind.
  const leave = () => void remove().finally(() => process.exit(130));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, leave);
  return {
    url: cluster.url("crash"),
    restartImmediately: async () => {
      await run(pgCtl, ["restart", "-D", data, "-m", "immediate", "-w", "-l", log], runAs);
    },
    close: async () => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, leave);
      await remove();
    },
  };
}
