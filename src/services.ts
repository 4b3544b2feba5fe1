/** The one place where things are built and closed. */
import path from "node:path";
import type { Config } from "./config.ts";
import type { ImageProvider } from "./image-providers/provider.ts";
import { imageProviders } from "./image-providers/registry.ts";
import { createDoor, type Door } from "./infra/bounded-door.ts";
import { type Clock, systemClock } from "./infra/clock.ts";
import { createTransact, type Db, openDb, type Transact } from "./infra/db.ts";
import { createDiskStorage } from "./infra/disk-storage.ts";
import { openEmbeddedPostgres } from "./infra/embedded-postgres.ts";
import { type EventLog, openEventLog } from "./infra/events.ts";
import { type KeyRing, readOrCreateKeyRing } from "./infra/key-ring.ts";
import type { Logger } from "./infra/log.ts";
import { createMailer, type Mailer } from "./infra/mail.ts";
import { createOutboundHttp, type OutboundHttp } from "./infra/outbound-http.ts";
import { createPasswordHasher, type PasswordHasher } from "./infra/password-hash.ts";
import { openRevocations, type Revocations } from "./infra/revocations.ts";
import type { ObjectStorage } from "./infra/storage.ts";
import type { Platform, PlatformContext } from "./platforms/platform.ts";
import { platforms } from "./platforms/registry.ts";
import { createRemoteApps } from "./platforms/remote-apps.ts";

/** Everything that verbs, routes and jobs are given. Each takes the few it needs. */
export interface Services {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: Clock;
  readonly databaseUrl: string;
  readonly db: Db;
  readonly transact: Transact;
  readonly events: EventLog;
  readonly revocations: Revocations;
  readonly storage: ObjectStorage;
  readonly http: OutboundHttp;
  readonly mailer: Mailer;
  readonly passwords: PasswordHasher;
  /** Pictures whose owner waits for the verdict are decoded behind it, in this process. */
  readonly pictureDoor: Door;
  readonly jwtKeys: KeyRing;
  readonly mediaKeys: KeyRing;
  /** Seal what is secret in the database. */
  readonly secretKeys: KeyRing;
  /** The configured image providers by name, the default first. */
  readonly providers: ReadonlyMap<string, ImageProvider>;
  /** The platforms that the settings open, by name. */
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
  // Last opened, first closed. One that fails must not keep the others open.
  const close = async () => {
    const faults: unknown[] = [];
    for (const closer of closers.splice(0).toReversed()) await closer().catch((error: unknown) => faults.push(error));
    if (faults.length > 0) throw new AggregateError(faults, "Not everything could be closed.");
  };
  try {
    const clock = overrides.clock ?? systemClock;
    const database = await openDatabase(config, log);
    closers.push(database.close);
    const databaseUrl = database.url;
    const { onStatement } = overrides;
    const db = openDb({ url: databaseUrl, poolSize: config.DATABASE_POOL, ...(onStatement && { onStatement }) });
    closers.push(() => db.$disconnect());
    const events = await openEventLog({ databaseUrl, db, log, listening: overrides.listening ?? true });
    closers.push(() => events.close());
    const revocations = await openRevocations({ db, log, polling: overrides.listening ?? true });
    closers.push(() => revocations.close());
    const outside = await openOutside(config, { clock, db });
    closers.push(outside.close);
    const mailer = createMailer({
      ...{ smtpUrl: config.SMTP_URL ?? null, from: config.MAIL_FROM, folder: path.join(config.DATA_DIR, "mail") },
      ...{ environment: config.NODE_ENV, clock, log },
    });
    closers.push(() => mailer.close());
    return {
      ...{ config, log, clock, databaseUrl, db, events, revocations, mailer, ...outside, close },
      transact: createTransact(db, events.wake),
      passwords: createPasswordHasher({ concurrency: config.PASSWORD_HASHES, queue: 100 }),
      // One at a time: a decoded picture takes up to 160 MB. Those who wait longest wait for a few seconds.
      pictureDoor: createDoor({ concurrency: 1, queue: 5 }),
      providers: overrides.providers ?? outside.providers,
      platforms: new Map([...outside.platforms, ...(overrides.platforms ?? [])]),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What leads out of this process, and the keys. */
export type Outside = Pick<
  Services,
  "http" | "storage" | "jwtKeys" | "mediaKeys" | "secretKeys" | "providers" | "platforms" | "close"
>;

/** Builds {@link Outside} without asking anybody outside: that also works while the database is away. */
export async function openOutside(config: Config, { clock, db }: Pick<Services, "clock" | "db">): Promise<Outside> {
  const storage = await openStorage(config, clock);
  const http = createOutboundHttp({
    allowedNetworks: config.OUTBOUND_ALLOWED_NETWORKS,
    allowHttp: config.OUTBOUND_ALLOW_HTTP,
  });
  const close = async () => {
    await storage.close();
    await http.close();
  };
  try {
    const keysIn = (name: string) => readOrCreateKeyRing(path.join(config.DATA_DIR, "keys", name));
    const secretKeys = config.SECRET_KEYS ?? (await keysIn("secrets"));
    const context = { values: config.values, publicUrl: config.PUBLIC_URL, clock, http, db, storage };
    return {
      ...{ http, storage, close, secretKeys },
      jwtKeys: config.JWT_KEYS ?? (await keysIn("jwt")),
      mediaKeys: config.MEDIA_KEYS ?? (await keysIn("media")),
      providers: openProviders(config, clock),
      platforms: new Map(openPlatforms(context, secretKeys)),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * The database to use: the configured one, or the embedded Postgres, which this starts where it does not run. `close` leaves it;
 * the last one to leave the embedded Postgres stops it.
 */
export async function openDatabase(config: Config, log: Logger): Promise<{ url: string; close(): Promise<void> }> {
  if (config.DATABASE_URL !== undefined) return { url: config.DATABASE_URL, close: async () => {} };
  const embedded = await openEmbeddedPostgres({ folder: path.join(config.DATA_DIR, "postgres"), log });
  await embedded.createDatabase("atelier");
  return { url: embedded.url("atelier"), close: embedded.close };
}

/** The bucket where one is named, or a folder of this machine. */
async function openStorage(config: Config, clock: Clock): Promise<ObjectStorage & { close(): Promise<void> }> {
  const { S3_BUCKET: bucket, S3_ENDPOINT: endpoint = null, S3_REGION: region } = config;
  if (bucket === undefined) {
    return { ...(await createDiskStorage({ folder: path.join(config.DATA_DIR, "media") })), close: async () => {} };
  }
  // The S3 client is large; who keeps pictures on disk does not load it.
  const { createS3Storage } = await import("./infra/s3-storage.ts");
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = config;
  const keyed = accessKeyId !== undefined && secretAccessKey !== undefined;
  return createS3Storage({
    ...{ bucket, endpoint, region, clock, presignedReads: config.S3_PRESIGNED_READS },
    publicEndpoint: config.S3_PUBLIC_ENDPOINT ?? null,
    pathStyle: config.S3_PATH_STYLE ?? endpoint !== null,
    credentials: keyed ? { accessKeyId, secretAccessKey } : null,
  });
}

function openProviders({ values }: Config, clock: Clock): ReadonlyMap<string, ImageProvider> {
  const opened = imageProviders.flatMap((definition) => definition.open({ values, clock }) ?? []);
  return new Map(opened.map((provider) => [provider.name, provider]));
}

function openPlatforms(context: Omit<PlatformContext, "apps">, keys: KeyRing): (readonly [string, Platform])[] {
  return platforms.flatMap((definition) => {
    const opened = definition.open({ ...context, apps: createRemoteApps({ db: context.db, keys }, definition.name) });
    return opened === null ? [] : [[definition.name, opened] as const];
  });
}
