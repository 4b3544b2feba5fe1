/** The one reader of the environment: everything is checked before anything starts, and all faults are told at once. */
import { existsSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { imageProviders } from "./image-providers/registry.ts";
import { platforms } from "./platforms/registry.ts";
import { ownVariables } from "./variables.ts";

/** The variables of this server and of every registered provider and platform, by name. */
export const variables: Readonly<Record<string, z.ZodType>> = {
  ...ownVariables,
  ...Object.assign({}, ...imageProviders.map((provider) => provider.variables)),
  ...Object.assign({}, ...platforms.map((platform) => platform.variables)),
};

const own = z.object(ownVariables);
const all = z.object(variables);

/** What the environment says, checked, with its defaults. */
export type Config = Readonly<Omit<z.output<typeof own>, "PUBLIC_URL" | "EXPLORER" | "LOG_PRETTY" | "MAIL_FROM">> & {
  /** Without a trailing slash. */
  readonly PUBLIC_URL: string;
  readonly EXPLORER: "off" | "operators" | "public";
  readonly LOG_PRETTY: boolean;
  readonly MAIL_FROM: string;
  /** Everything that was parsed, for the providers' and platforms' own variables. */
  readonly values: Readonly<Record<string, unknown>>;
};

/** The environment cannot be used; the message lists every fault. */
export class ConfigError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(`The settings cannot be used:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`);
    this.name = "ConfigError";
    this.faults = faults;
  }
}

/** Reads the environment, and a `.env` file beside it where there is one. Throws a {@link ConfigError} with all faults. */
export function readConfig(environment: NodeJS.ProcessEnv = loadEnvironment()): Config {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
  );
  const production = set["NODE_ENV"] === "production";
  const parsed = all.safeParse(set);
  const faults = [
    ...(parsed.error?.issues ?? []).map((issue) => describeFault(issue, set)),
    ...(production ? missingInProduction(set) : []),
    ...incompleteS3(set),
  ];
  if (set["CRASH_POINT"] !== undefined && set["NODE_ENV"] !== "test") {
    faults.push("CRASH_POINT is for tests: set NODE_ENV=test or remove it");
  }
  if (set["SMTP_URL"] !== undefined && set["MAIL_FROM"] === undefined) {
    faults.push("MAIL_FROM is required with SMTP_URL: mail servers ask whether the sender may send through them");
  }
  if (parsed.data === undefined || faults.length > 0) throw new ConfigError(faults);
  const config = own.parse(set);
  return {
    ...config,
    DATA_DIR: path.resolve(config.DATA_DIR),
    PUBLIC_URL: (config.PUBLIC_URL ?? `http://localhost:${config.PORT}`).replace(/\/+$/, ""),
    EXPLORER: config.EXPLORER ?? (production ? "operators" : "public"),
    LOG_PRETTY: config.LOG_PRETTY ?? config.NODE_ENV === "development",
    MAIL_FROM: config.MAIL_FROM ?? "Atelier <atelier@localhost>",
    values: parsed.data,
  };
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Never shown. Of the variables of providers and platforms nobody knows here which are secret, so none of theirs is. */
const secretVariables: readonly string[] = [
  ...["DATABASE_URL", "JWT_KEYS", "MEDIA_KEYS", "SECRET_KEYS", "SMTP_URL"],
  ...["S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"],
];

function describeFault({ path: [name], message }: z.core.$ZodIssue, set: Variables): string {
  const key = String(name);
  const found = set[key] ?? "";
  // An address with an @ carries a password.
  const shown = Object.hasOwn(ownVariables, key) && !secretVariables.includes(key) && !found.includes("@");
  return shown ? `${key} is "${found.slice(0, 200)}": it ${message}` : `${key} ${message}`;
}

function missingInProduction(set: Variables): string[] {
  const needed = ["DATABASE_URL", "PUBLIC_URL", ...keyPurposes];
  const missing = needed.filter((name) => set[name] === undefined).map((name) => `${name} is required in production`);
  return [...missing, ...keyPurposes.flatMap((name, index) => sharedKeys(name, keyPurposes.slice(0, index), set))];
}

const keyPurposes = ["JWT_KEYS", "MEDIA_KEYS", "SECRET_KEYS"];

function sharedKeys(name: string, others: readonly string[], set: Variables): string[] {
  const secrets = secretsOf(set[name]);
  const same = others.find((other) => secretsOf(set[other]).some((secret) => secrets.includes(secret)));
  return same === undefined ? [] : [`${name} are the ${same}: each purpose needs keys of its own`];
}

/** The secrets of a ring as they are written, whatever their names. */
const secretsOf = (ring = ""): string[] => ring.split(",").flatMap((entry) => entry.split(":")[1]?.trim() ?? []);

function incompleteS3(set: Variables): string[] {
  const keys = ["S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"] as const;
  const missing = keys.filter((name) => set[name] === undefined);
  const [lone] = missing.length === 1 ? missing : [];
  const alone = lone === undefined ? [] : [`${lone} is missing: key id and secret go together`];
  const used = [...keys, "S3_ENDPOINT"].filter((name) => set[name] !== undefined);
  const stray = set["S3_BUCKET"] === undefined && used.length > 0;
  return stray ? [...alone, `S3_BUCKET is missing: ${used.join(", ")} without it would do nothing`] : alone;
}

function loadEnvironment(): NodeJS.ProcessEnv {
  if (existsSync(".env")) process.loadEnvFile(".env");
  return process.env;
}
