/** The one place where things are built and closed. */
import path from "node:path";
import type { Config } from "./config.ts";
import type { ImageProvider } from "./image-providers/provider.ts";
import { imageProviders } from "./image-providers/registry.ts";
import { type Clock, systemClock } from "./infra/clock.ts";
import { createTransact, type Db, openDb, type Transact } from "./infra/db.ts";
import { createDiskStorage } from "./infra/disk-storage.ts";
import { type EmbeddedPostgres, openEmbeddedPostgres } from "./infra/embedded-postgres.ts";
import { type EventLog, openEventLog } from "./infra/events.ts";
import { type KeyRing, readOrCreateKeyRing } from "./infra/key-ring.ts";
import type { Logger } from "./infra/log.ts";
import { createOutboundHttp, type OutboundHttp } from "./infra/outbound-http.ts";
import { createPasswordHasher, type PasswordHasher } from "./infra/password-hash.ts";
import type { ObjectStorage } from "./infra/storage.ts";
import type { Platform } from "./platforms/platform.ts";
import { platforms } from "./platforms/registry.ts";

/** Everything that verbs, routes and jobs are given. Each takes the few it needs. */
export interface Services {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: Clock;
  readonly databaseUrl: string;
  readonly db: Db;
  readonly transact: Transact;
  readonly events: EventLog;
  readonly storage: ObjectStorage;
  readonly http: OutboundHttp;
  readonly passwords: PasswordHasher;
  readonly jwtKeys: KeyRing;
  readonly mediaKeys: KeyRing;
  /** The configured image providers by name, the default first. */
  readonly providers: ReadonlyMap<string, ImageProvider>;
  readonly platforms: ReadonlyMap<string, Platform>;
  close(): Promise<void>;
}

/** What a test or a role may set. */
export interface ServiceOverrides {
  readonly clock?: Clock;
  readonly providers?: ReadonlyMap<string, ImageProvider>;
  /** Stand in for opened platforms of these names; what the registry says about them stays. */
  readonly platforms?: ReadonlyMap<string, Platform>;
  /** Whether this process serves subscriptions and so listens for events. */
  readonly listening?: boolean;
  /** Hears every SQL statement; for tests that count them. */
  readonly onStatement?: (sql: string) => void;
}

/** Builds the services. What was opened before a failure is closed again. */
export async function openServices(config: Config, log: Logger, overrides: ServiceOverrides = {}): Promise<Services> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    const clock = overrides.clock ?? systemClock;
    const { databaseUrl } = await openDatabase(config, log, closers);
    const { onStatement } = overrides;
    const db = openDb({ url: databaseUrl, poolSize: config.DATABASE_POOL, ...(onStatement && { onStatement }) });
    closers.push(() => db.$disconnect());
    const events = await openEventLog({ databaseUrl, db, log, listening: overrides.listening ?? true });
    closers.push(() => events.close());
    const http = createOutboundHttp({
      allowedNetworks: config.OUTBOUND_ALLOWED_NETWORKS,
      allowHttp: config.OUTBOUND_ALLOW_HTTP,
    });
    closers.push(() => http.close());
    const storage = await createDiskStorage({ folder: path.join(config.DATA_DIR, "media") });
    const keyFolder = path.join(config.DATA_DIR, "keys");
    const context = { values: config.values, publicUrl: config.PUBLIC_URL, clock, http, db, storage };
    return {
      ...{ config, log, clock, databaseUrl, db, events, storage, http, close },
      transact: createTransact(db, events.wake),
      passwords: createPasswordHasher({ concurrency: config.PASSWORD_HASHES, queue: 100 }),
      jwtKeys: config.JWT_KEYS ?? (await readOrCreateKeyRing(path.join(keyFolder, "jwt"))),
      mediaKeys: config.MEDIA_KEYS ?? (await readOrCreateKeyRing(path.join(keyFolder, "media"))),
      providers: overrides.providers ?? openProviders(config),
      platforms: new Map([
        ...platforms.map((platform) => [platform.name, platform.open(context)] as const),
        ...(overrides.platforms ?? []),
      ]),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The connection string to use; starts the embedded Postgres when none is configured. */
export async function openDatabase(
  config: Config,
  log: Logger,
  closers: (() => Promise<unknown>)[],
): Promise<{ databaseUrl: string }> {
  if (config.DATABASE_URL !== undefined) return { databaseUrl: config.DATABASE_URL };
  const embedded: EmbeddedPostgres = await openEmbeddedPostgres({
    folder: path.join(config.DATA_DIR, "postgres"),
    log,
  });
  closers.push(() => embedded.close());
  await embedded.createDatabase("atelier");
  return { databaseUrl: embedded.url("atelier") };
}

function openProviders(config: Config): ReadonlyMap<string, ImageProvider> {
  const opened = imageProviders.flatMap((definition) => definition.open(config.values) ?? []);
  return new Map(opened.map((provider) => [provider.name, provider]));
}
