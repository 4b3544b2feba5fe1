/**
 * The role `doctor`: looks at everything that Atelier needs and says what is wrong, what is allowed and what to do. It changes
 * nothing: no migration is made, and the file that it writes to try the storage is removed.
 */
import { parseArgs } from "node:util";
import { type Config, ConfigError, readConfig } from "../config.ts";
import { imageProviders } from "../image-providers/registry.ts";
import { systemClock } from "../infra/clock.ts";
import { openDb } from "../infra/db.ts";
import { openLog } from "../infra/log.ts";
import { platforms } from "../platforms/registry.ts";
import { sealedColumns } from "../reseal-secrets.ts";
import { type Outside, openDatabase, openOutside } from "../services.ts";
import { describeFindings } from "./describe-findings.ts";
import { about, type Finding } from "./finding.ts";
import { lookAtDatabase } from "./look-at-database.ts";
import { lookAtKeys } from "./look-at-keys.ts";
import { lookAtPlatforms } from "./look-at-platforms.ts";
import { lookAtProviders } from "./look-at-providers.ts";
import { lookAtPublicUrl } from "./look-at-public-url.ts";
import { lookAtStorage } from "./look-at-storage.ts";
import { lookAtWorker } from "./look-at-worker.ts";
import { withoutSecrets } from "./without-secrets.ts";

/** How the doctor was asked for. */
export interface DoctorFlags {
  readonly json: boolean;
}

/** Reads the command's flags. Throws a {@link ConfigError} for others. */
export function doctorFlags(parameters: readonly string[]): DoctorFlags {
  try {
    const { values } = parseArgs({ args: [...parameters], options: { json: { type: "boolean", default: false } } });
    return values;
  } catch (error) {
    const usage = "Use doctor [--json]: answer as JSON";
    throw new ConfigError([error instanceof Error ? error.message : String(error), usage]);
  }
}

/** Looks, by the settings of this process unless given others, and writes what was found. Answers the process's exit code: 1 when something is a problem, 0 otherwise. */
export async function runDoctor(
  { json }: DoctorFlags,
  write: (text: string) => void,
  environment?: NodeJS.ProcessEnv,
): Promise<number> {
  const findings = await examine(environment);
  const healthy = findings.every(({ state }) => state !== "PROBLEM");
  write(json ? `${JSON.stringify({ healthy, findings }, null, 2)}\n` : describeFindings(findings));
  return healthy ? 0 : 1;
}

const settings = about("Settings");

async function examine(environment?: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  let config: Config;
  try {
    config = readConfig(environment);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults.map((fault) =>
      settings.problem(`${fault}.`, "Correct it; .env.example describes every variable."),
    );
  }
  const read = settings.ok(`They can be used. NODE_ENV is ${config.NODE_ENV}.`);
  return withoutSecrets(config, [read, ...(await examineWith(config))]);
}

async function examineWith(config: Config): Promise<readonly Finding[]> {
  // What is found belongs to standard output alone.
  const log = openLog({ level: "error", pretty: true });
  let database: Awaited<ReturnType<typeof openDatabase>>;
  try {
    database = await openDatabase(config, log);
  } catch (error) {
    const found = `The embedded Postgres cannot be started: ${messageOf(error)}`;
    return [about("Database").problem(found, "Set DATABASE_URL to a Postgres of yours, or repair DATA_DIR.")];
  }
  const db = openDb({ url: database.url, poolSize: 2 });
  try {
    const findings = await lookAtDatabase(config, database.url);
    let outside: Outside;
    try {
      outside = await openOutside(config, { clock: systemClock, db });
    } catch (error) {
      const found = `What lies in DATA_DIR or in the bucket cannot be opened: ${messageOf(error)}`;
      return [...findings, about("Storage").problem(found, "Repair what it names, then look again.")];
    }
    try {
      return [...findings, ...(await examineAll({ ...outside, config, db, databaseUrl: database.url }, findings))];
    } finally {
      await outside.close();
    }
  } finally {
    await db.$disconnect();
    await database.close();
  }
}

type Patient = Outside & {
  readonly config: Config;
  readonly db: ReturnType<typeof openDb>;
  readonly databaseUrl: string;
};

/** Everything else. What stands in the database is asked only where its schema is this code's. */
async function examineAll(patient: Patient, database: readonly Finding[]): Promise<readonly Finding[]> {
  const schemaIsThere = database.some(({ subject, state }) => subject === "Schema" && state === "OK");
  const fetchers = platforms.filter(({ name, needsPublicUrl }) => needsPublicUrl && patient.platforms.has(name));
  const labels = fetchers.map(({ label }) => label);
  const { config, providers, http } = patient;
  const looks = await Promise.all([
    schemaIsThere ? lookAtWorker(patient.databaseUrl) : [],
    lookAtKeys(patient, sealedColumns, schemaIsThere),
    lookAtStorage(patient, labels),
    lookAtPublicUrl(patient, labels),
    lookAtProviders({ providers, http, values: config.values }, imageProviders),
    lookAtPlatforms(patient, platforms, schemaIsThere),
  ]);
  return looks.flat();
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
