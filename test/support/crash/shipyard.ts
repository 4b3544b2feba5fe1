/** The publications of the crash suite, made through the front door, and what became of them. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { readConfig } from "../../../src/config.ts";
import { openLog } from "../../../src/infra/log.ts";
import { migrate } from "../../../src/infra/migrate.ts";
import { createOutboundHttp } from "../../../src/infra/outbound-http.ts";
import { buildServer } from "../../../src/server.ts";
import { openServices, type Services } from "../../../src/services.ts";
import { operations } from "../studio.ts";
import { harbourClasses, harbourPlatform } from "./harbour-platform.ts";

const answer = z.object({ data: z.record(z.string(), z.unknown()).nullish(), errors: z.unknown().optional() });
const outcome = z.array(
  z.object({
    targetId: z.uuid(),
    caption: z.string(),
    account: z.string(),
    status: z.string(),
    code: z.string().nullable(),
    scheduledAt: z.date(),
  }),
);

/** One publication as the database has it. */
export type ShippedTarget = z.output<typeof outcome>[number];

/** Posts on their way, and how to ask about them. */
export interface Shipyard {
  readonly services: Services;
  readonly environment: Readonly<Record<string, string>>;
  /** Everything, in the order in which it was scheduled. Waits for a database that is away. */
  targets(): Promise<ShippedTarget[]>;
  /** Schedules what a person was asked about again, at once: nothing of it was sent. */
  retry(targetId: string): Promise<void>;
  close(): Promise<void>;
}

/** Tries again until it works or two minutes have passed: the database may be away. */
export async function persistently<T>(work: () => Promise<T>): Promise<T> {
  const until = Date.now() + 120_000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
}

/** Makes an Atelier on a database and a folder, with somebody in it. */
export async function openShipyard(options: {
  readonly databaseUrl: string;
  readonly folder: string;
  readonly harbourUrl: string;
  readonly logLevel?: string;
}): Promise<Shipyard & { schedule(publications: number, spread: number): Promise<void> }> {
  const environment = {
    ...{ NODE_ENV: "test", DATABASE_URL: options.databaseUrl, DATA_DIR: options.folder, PORT: "0" },
    ...{ LOG_LEVEL: options.logLevel ?? "silent", EXPLORER: "public", PUBLIC_URL: "http://atelier.test" },
    ...{ HARBOUR_URL: options.harbourUrl, PUBLISH_GRACE_MINUTES: "1440", DATABASE_POOL: "10" },
  };
  await migrate(options.databaseUrl);
  const http = createOutboundHttp({ allowedNetworks: ["127.0.0.0/8"], allowHttp: true });
  const platforms = new Map([["showcase", harbourPlatform(options.harbourUrl, http)]]);
  const config = readConfig(environment);
  const services = await openServices(config, openLog({ level: "silent", pretty: false }), { platforms });
  const app = await buildServer(services);
  let access = await signUp(app);
  const mutate = async (query: string, input: unknown) => {
    // A long run outlives an access token.
    if (Date.now() - access.since > accessAge) access = await logIn(app);
    return ask(app, access.token, { query, variables: { input } });
  };
  return {
    ...{ services, environment },
    schedule: (publications, spread) => schedule({ services, mutate }, { publications, spread }),
    targets: () =>
      persistently(async () =>
        outcome.parse(
          await services.db.$queryRaw`
            select post_target.id as "targetId", post.caption, social_account.remote_id as account,
              post_target.status::text, failure_code as code, post_target.scheduled_at as "scheduledAt"
            from post_target join post on post.id = post_id join social_account on social_account.id = social_account_id
            order by post_target.scheduled_at, post_target.id`,
        ),
      ),
    retry: async (targetId) => {
      const { postId } = await services.db.postTarget.findUniqueOrThrow({ where: { id: targetId } });
      await mutate(operations.publishNow, { postId: globalId("Post", postId) });
    },
    close: async () => {
      await app.close();
      await services.close();
      await http.close();
    },
  };
}

const globalId = (typename: string, id: string) => Buffer.from(`${typename}:${id}`).toString("base64url");

async function ask(app: FastifyInstance, token: string | null, payload: object): Promise<Record<string, unknown>> {
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  const response = await app.inject({ method: "POST", url: "/graphql", headers, payload });
  const { data, errors } = answer.parse(response.json());
  if (errors !== undefined || data === null || data === undefined) throw new Error(`Refused: ${response.body}`);
  const [field] = Object.values(data);
  const found = z.record(z.string(), z.unknown()).parse(field);
  if (!String(found["__typename"] ?? "Success").endsWith("Success")) throw new Error(`Refused: ${response.body}`);
  return found;
}

/** Somebody's access, and since when they have it. */
interface Access {
  readonly token: string;
  readonly since: number;
}

/** Access is asked for anew after this, in milliseconds: well before it ends. */
const accessAge = 5 * 60_000;
const ada = { email: "ada@example.org", password: "correct horse battery" };

async function signUp(app: FastifyInstance): Promise<Access> {
  const query = `mutation ($input: RegisterInput!) { register(input: $input) { __typename ... on RegisterSuccess { accessToken } } }`;
  return enter(app, query, { ...ada, displayName: "Ada" });
}

async function logIn(app: FastifyInstance): Promise<Access> {
  const query = `mutation ($input: LoginInput!) { login(input: $input) { __typename ... on LoginSuccess { accessToken } } }`;
  return enter(app, query, ada);
}

async function enter(app: FastifyInstance, query: string, input: unknown): Promise<Access> {
  const since = Date.now();
  const { accessToken } = await ask(app, null, { query, variables: { input } });
  return { token: z.string().parse(accessToken), since };
}

const connected = z.object({ socialAccount: z.object({ id: z.string() }) });

/** As many posts as wished, two or three for each account, due one after the other over `spread` milliseconds. */
async function schedule(
  {
    services: { db, storage, clock },
    mutate,
  }: { services: Services; mutate: (query: string, input: unknown) => Promise<Record<string, unknown>> },
  { publications, spread }: { publications: number; spread: number },
): Promise<void> {
  const workspace = await db.workspace.findFirstOrThrow();
  const { sharp } = await import("../../../src/infra/sharp.ts");
  const { objectKey } = await import("../../../src/infra/storage.ts");
  const content = await sharp({ create: { width: 32, height: 32, channels: 3, background: "#205080" } })
    .png()
    .toBuffer();
  const sha256 = "ab".repeat(32);
  await storage.put(objectKey(sha256, "original", "png"), content, { contentType: "image/png" });
  const picture = { sha256, mime: "image/png", extension: "png", width: 32, height: 32, bytes: content.length };
  const image = await db.image.create({
    data: {
      ...{ ...picture, workspaceId: workspace.id, batchId: workspace.id, status: "GENERATED", reviewState: "APPROVED" },
      ...{ prompt: "a boat", promptSent: "a boat", progress: 1, progressKind: "MEASURED", altText: "A boat." },
    },
  });
  const accounts: string[] = [];
  const wanted = Math.max(harbourClasses.length, Math.ceil(publications / 3));
  for (let index = 0; index < wanted; index += 1) {
    const handle = `${harbourClasses[index % harbourClasses.length]}-${index}`;
    const account = { showcase: { handle, name: handle } };
    // A yard connects in a minute what one person connects in hours.
    if (index % 20 === 0) await db.rateLimit.deleteMany();
    accounts.push(connected.parse(await mutate(operations.connect, { account })).socialAccount.id);
  }
  const start = clock.now().getTime() + 2_000;
  for (let index = 0; index < publications; index += 1) {
    await mutate(operations.create, {
      caption: `Boat ${index}.`,
      images: [{ imageId: globalId("Image", image.id) }],
      targets: [{ socialAccountId: accounts[index % accounts.length] }],
      schedule: { at: new Date(start + publications * 15 + (spread * index) / publications).toISOString() },
    });
  }
}
