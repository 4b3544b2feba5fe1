import { chmod, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { openEmbeddedPostgres } from "../src/infra/embedded-postgres.ts";

/** Settings of a cluster whose data nobody will miss: no waiting for the disk. */
const throwAway = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "300" };

const quiet = { info: () => undefined, debug: () => undefined };

/**
 * Runs `work` with the connection string of an empty database on a cluster of its own. The cluster is stopped and removed
 * afterwards, also when this process is told to stop in between.
 */
export async function withScratchPostgres<T>(work: (databaseUrl: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "atelier-scratch-"));
  // Open to the account that Postgres runs as when we are root; the cluster in it is closed to everybody else.
  await chmod(folder, 0o755);
  const cluster = await openEmbeddedPostgres({
    folder: path.join(folder, "postgres"),
    log: quiet,
    settings: throwAway,
  });
  let removed: Promise<void> | undefined;
  const remove = () => {
    removed ??= cluster.stop().then(() => rm(folder, { recursive: true, force: true }));
    return removed;
  };
  const onSignal = () => void remove().finally(() => process.exit(130));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, onSignal);
  try {
    await cluster.createDatabase("scratch");
    return await work(cluster.url("scratch"));
  } finally {
    await remove();
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.off(signal, onSignal);
  }
}
