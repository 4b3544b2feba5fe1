import pg from "pg";

/** Milliseconds that a lone connection may take to be made. */
const connectionTimeoutMillis = 10_000;

/**
 * Runs `use` on a connection of its own, for what does not go through the pool. A connection that breaks rejects the running
 * query; it never ends the process, as an unheard `error` event would.
 */
export async function withClient<T>(
  databaseUrl: string,
  use: (client: pg.Client) => Promise<T>,
  options: pg.ClientConfig = {},
): Promise<T> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: "atelier",
    connectionTimeoutMillis,
    ...options,
  });
  client.on("error", ignoreBreak);
  try {
    await client.connect();
    return await use(client);
  } finally {
    // Ending a connection that broke has nothing left to do.
    await client.end().catch(ignoreBreak);
  }
}

/** Whoever waits for a query learns of the break by its rejection. */
const ignoreBreak = () => {};
