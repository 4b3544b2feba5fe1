import type pg from "pg";
import { z } from "zod";
import type { Config } from "../config.ts";
import { databaseFault } from "../infra/database-fault.ts";
import { pendingMigrations } from "../infra/migrate.ts";
import { withClient } from "../infra/with-client.ts";
import { about, type Finding } from "./finding.ts";

/** The oldest Postgres that everything was written for. */
const oldest = 15;

const versionRow = z.tuple([z.object({ number: z.coerce.number(), text: z.string() })]);

/** Whether the database can be entered, is new enough, and has this code's schema. */
export async function lookAtDatabase(
  { DATABASE_URL: configured, NODE_ENV: environment }: Pick<Config, "DATABASE_URL" | "NODE_ENV">,
  databaseUrl: string,
): Promise<readonly Finding[]> {
  const { host, pathname } = new URL(databaseUrl);
  const place = configured === undefined ? "The embedded Postgres" : `${host}${pathname}`;
  const { ok, problem } = about("Database");
  try {
    return await withClient(databaseUrl, async (client) => {
      const [version] = await readVersion(client);
      const major = Math.floor(version.number / 10_000);
      if (major < oldest) {
        const found = `${place} is Postgres ${version.text}; ${oldest} is the oldest that is allowed.`;
        return [problem(found, `Upgrade it to Postgres ${oldest} or newer.`)];
      }
      return [ok(`${place} is Postgres ${version.text}.`), await lookAtSchema(client, environment)];
    });
  } catch (error) {
    const why = databaseFault(error);
    const found = `${place} cannot be used${why === null ? "" : `: ${why}`}.`;
    return [problem(found, "Start that Postgres, or correct DATABASE_URL: postgresql://user:password@host:5432/name.")];
  }
}

const readVersion = async (client: pg.Client) => {
  const { rows } = await client.query(
    "select current_setting('server_version_num') as number, current_setting('server_version') as text",
  );
  return versionRow.parse(rows);
};

async function lookAtSchema(client: pg.Client, environment: Config["NODE_ENV"]): Promise<Finding> {
  const { ok, warning, problem } = about("Schema");
  const { missing, unknown } = await pendingMigrations(client);
  if (unknown.length > 0) {
    const found = `It has ${counted(unknown.length)} of a newer Atelier: ${unknown.join(", ")}.`;
    return problem(found, "Start that version, or restore a backup made before the upgrade.");
  }
  if (missing.length === 0) return ok("It is this version's.");
  const found = `It lacks ${counted(missing.length)}: ${missing.join(", ")}.`;
  if (environment === "production") return problem(found, "Run the role `migrate`, then start the servers.");
  return warning(found, "The next start brings it up to date; in production the role `migrate` does.");
}

const counted = (count: number) => (count === 1 ? "a migration" : `${count} migrations`);
