import type { FastifyInstance } from "fastify";
import { pendingMigrations } from "../infra/migrate.ts";
import { withClient } from "../infra/with-client.ts";
import type { Services } from "../services.ts";

/** Milliseconds that a readiness check may take. */
const checkTimeout = 3_000;

/**
 * `/livez`: this process answers; never touches the database. `/readyz`: it can do its work: the database answers, the schema
 * is this code's, storage can be written, and it is not stopping.
 */
export function registerHealth(app: FastifyInstance, services: Services, isStopping: () => boolean): void {
  // Whoever asks meanwhile shares the check that runs, so that asking often costs no more connections.
  let running: Promise<string[]> | null = null;
  const check = () => {
    running ??= findFaults(services).finally(() => {
      running = null;
    });
    return running;
  };
  app.get("/livez", () => ({ status: "ok" }));
  app.get("/readyz", async (_request, reply) => {
    const faults = isStopping() ? ["stopping"] : await check();
    return reply
      .code(faults.length === 0 ? 200 : 503)
      .header("cache-control", "no-store")
      .send(faults.length === 0 ? { status: "ready" } : { status: "not ready", faults });
  });
}

async function findFaults({ databaseUrl, storage, log }: Services): Promise<string[]> {
  const limits = { connectionTimeoutMillis: checkTimeout, query_timeout: checkTimeout };
  try {
    // A connection of its own: a pool that is busy is no reason to take this process out of service.
    const { missing, unknown } = await withClient(databaseUrl, pendingMigrations, limits);
    const stored = await storage.check();
    return [
      ...(missing.length > 0 ? ["migrations are missing"] : []),
      ...(unknown.length > 0 ? ["the database belongs to a newer version"] : []),
      ...(stored.ok ? [] : ["storage cannot be written"]),
    ];
  } catch (error) {
    log.warn({ err: error }, "the readiness check could not reach the database");
    return ["the database does not answer"];
  }
}
