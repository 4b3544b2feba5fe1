import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { openEmbeddedPostgres } from "../src/infra/embedded-postgres.ts";

/** Settings of a cluster whose data nobody will miss: no waiting for the disk. */
const throwAway = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "300" };

/** Runs `work` with the connection string of an empty database on a cluster of its own, and removes the cluster. */
export async function withScratchPostgres<T>(work: (databaseUrl: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "atelier-scratch-"));
  const cluster = await openEmbeddedPostgres({
    folder: path.join(folder, "postgres"),
    log: { info: () => {}, debug: () => {} },
    settings: throwAway,
  });
  try {
    await cluster.createDatabase("scratch");
    return await work(cluster.url("scratch"));
  } finally {
    await cluster.close();
    await rm(folder, { recursive: true, force: true });
  }
}
