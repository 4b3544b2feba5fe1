import { fileURLToPath } from "node:url";
import { type ServerProcess, startProcess } from "../../../scripts/server-process.ts";

const file = fileURLToPath(new URL("./worker-process.ts", import.meta.url));

/** Starts a worker process that publishes to the harbour. Rejects when it ends before it is ready. */
export async function startHarbourWorker(environment: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const worker = await startProcess("work", environment, "pipe", file);
  // Nobody reads what it says; a full pipe would hold it.
  worker.process.stdout?.resume();
  worker.process.stderr?.resume();
  return worker;
}
