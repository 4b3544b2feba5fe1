/** A whole Atelier for one test: services and server on a database and a folder of their own, and people to use it. */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { FastifyInstance } from "fastify";
import { Logger as QueueLogger, runOnce } from "graphile-worker";
import { type Client, createClient } from "graphql-ws";
import pg from "pg";
import { pino } from "pino";
import WebSocket from "ws";
import { readConfig } from "../../src/config.ts";
import type { Role } from "../../src/generated/prisma/enums.ts";
import { decodeGlobalId } from "../../src/graphql/ids.ts";
import type { Scope } from "../../src/graphql/permissions.ts";
import type { ImageProvider } from "../../src/image-providers/provider.ts";
import type { Logger } from "../../src/infra/log.ts";
import type { Platform } from "../../src/platforms/platform.ts";
import { buildServer } from "../../src/server.ts";
import { openServices, type Services } from "../../src/services.ts";
import { jobHandlers } from "../../src/work-list.ts";
import { toTask } from "../../src/worker.ts";
import { createTestClock, type TestClock } from "./clock.ts";
import { createDatabase, type Teardown } from "./database.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- an answer has the shape its query asks for, which only the test knows
type Loose = any;

/** What GraphQL answered. Tests read it field by field; a wrong guess fails there. */
export interface Answer {
  readonly data: Loose;
  readonly errors?: readonly {
    message: string;
    path?: readonly unknown[];
    extensions: { code: string; [key: string]: unknown };
  }[];
}

/** Somebody who uses the API; nobody when made without a token. */
export interface Person {
  readonly token: string | null;
  /** Global id of the user; empty for nobody. */
  readonly id: string;
  readonly email: string;
  request(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Answer>;
  /** Runs a mutation with an `input` and answers what its field answered; fails on top-level errors. */
  mutate(query: string, input: unknown): Promise<Loose>;
}

/** The running system and what a test does with it. */
export interface Atelier {
  readonly services: Services;
  readonly app: FastifyInstance;
  readonly clock: TestClock;
  readonly nobody: Person;
  /** SQL statements of the product since `clear`, without transaction control. */
  readonly statements: { all(): readonly string[]; clear(): void };
  /** Registers somebody; the name makes the address. */
  signUp(name: string): Promise<Person>;
  /** Whoever holds a token. */
  personWith(token: string): Person;
  /** Signs somebody in again: access tokens die when the clock moves far. */
  signIn(person: Person): Promise<Person>;
  /** A script of somebody's: a person's API token with these scopes, for one workspace or all. Made through the front door. */
  apiToken(person: Person, scopes: readonly Scope[], workspaceId?: string): Promise<Person>;
  /** Runs every job that is due by the test's clock, and those that they cause. */
  drain(): Promise<void>;
  /** Another process, as it were: services and a server of its own on the same database, keys and clock. */
  neighbour(): Promise<Pick<Atelier, "services" | "app">>;
  /** Listens on a free port of 127.0.0.1 and answers its address. */
  listen(): Promise<string>;
  /** A websocket client of a person; `listen` first. */
  socket(person: Person): Client;
}

export interface AtelierOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly providers?: ReadonlyMap<string, ImageProvider>;
  readonly platforms?: ReadonlyMap<string, Platform>;
  readonly log?: Logger;
  /** Whether `signUp` leaves the mail that verifies an address to the worker; it is in the way of all other tests. */
  readonly registrationMails?: boolean;
}

const requestTimeout = 20_000;
const silent = new QueueLogger(() => () => undefined);

/** Opens an Atelier and closes it after the test. */
export async function openAtelier(
  t: Teardown,
  { environment = {}, providers, platforms, log: givenLog, registrationMails = false }: AtelierOptions = {},
): Promise<Atelier> {
  const databaseUrl = await createDatabase(t);
  const folder = await mkdtemp(path.join(os.tmpdir(), "atelier-test-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const clock = createTestClock();
  const config = readConfig({
    ...{
      NODE_ENV: "test",
      DATABASE_URL: databaseUrl,
      DATA_DIR: folder,
      LOG_LEVEL: "silent",
      PORT: "0",
      PUBLIC_URL: "http://atelier.test",
    },
    // Tests do in moments what people do in weeks, all from one address.
    ...{ LOGIN_TRIES_PER_ADDRESS: "100000/1", REGISTRATIONS_PER_ADDRESS: "100000/1", MAILS_PER_ADDRESS: "100000/1" },
    ...{ EXPLORER: "public", ...environment },
  });
  const log = givenLog ?? pino({ level: config.LOG_LEVEL });
  const seen: string[] = [];
  const onStatement = (sql: string) => {
    // Nor what a process reads by itself, unasked: the event log, and which sessions ended.
    if (/\bfrom (event|revocation)\b/i.test(sql)) return;
    if (!/^(begin|commit|rollback|set |savepoint|release|select 1$)/i.test(sql)) seen.push(sql);
  };
  const stand = { ...(providers && { providers }), ...(platforms && { platforms }) };
  const services = await openServices(config, log, { clock, onStatement, ...stand });
  const app = await buildServer(services);
  t.teardown(async () => {
    await app.close();
    await services.close();
  });
  const neighbour = async () => {
    const others = await openServices(config, log, { clock, ...stand });
    const otherApp = await buildServer(others);
    t.teardown(async () => {
      await otherApp.close();
      await others.close();
    });
    return { services: others, app: otherApp };
  };

  const person = (token: string | null, id: string, email: string): Person => {
    const request = async (query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<Answer> => {
      const headers = token === null ? {} : { authorization: `Bearer ${token}` };
      const response = await app.inject({ method: "POST", url: "/graphql", headers, payload: { query, variables } });
      return response.json();
    };
    return {
      ...{ token, id, email, request },
      mutate: async (query, input) => {
        const { data, errors } = await request(query, { input });
        if (errors !== undefined)
          throw new Error(errors.map((error) => `${error.extensions.code}: ${error.message}`).join("\n"));
        return Object.values(data)[0];
      },
    };
  };
  const nobody = person(null, "", "");

  return {
    ...{ services, app, clock, nobody, neighbour },
    statements: { all: () => [...seen], clear: () => void seen.splice(0) },
    signUp: async (name) => {
      const email = `${name.toLowerCase()}@example.org`;
      const session = await nobody.mutate(
        `mutation ($input: RegisterInput!) { register(input: $input) { ... on RegisterSuccess { accessToken user { id } } ... on Error { message } } }`,
        { email, password: "correct horse battery", displayName: name },
      );
      if (session.accessToken === undefined) throw new Error(session.message);
      if (!registrationMails) await dropRegistrationMail(services, email);
      return person(session.accessToken, session.user.id, email);
    },
    personWith: (token) => person(token, "", ""),
    signIn: async ({ id, email }) => {
      const session = await nobody.mutate(
        `mutation ($input: LoginInput!) { login(input: $input) { ... on LoginSuccess { accessToken } ... on Error { message } } }`,
        { email, password: "correct horse battery" },
      );
      if (session.accessToken === undefined) throw new Error(session.message);
      return person(session.accessToken, id, email);
    },
    apiToken: async (owner, scopes, workspaceId) => {
      const made = await owner.mutate(
        `mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) { ... on CreateApiTokenSuccess { token } ... on Error { message } } }`,
        { name: "Script", scopes: scopes.map((scope) => scope.toUpperCase().replace(/\W/g, "_")), workspaceId },
      );
      if (made.token === undefined) throw new Error(made.message);
      return person(made.token, owner.id, owner.email);
    },
    drain: () => drain(services, clock),
    listen: () => app.listen({ host: "127.0.0.1", port: 0 }),
    socket: ({ token }) => {
      const address = app.server.address();
      if (address === null || typeof address === "string") throw new Error("Call `listen` before `socket`.");
      const client = createClient({
        url: `ws://127.0.0.1:${address.port}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        connectionParams: token === null ? {} : { authorization: `Bearer ${token}` },
      });
      t.teardown(() => client.dispose());
      return client;
    },
  };
}

async function dropRegistrationMail({ db }: Services, email: string): Promise<void> {
  await db.$executeRaw`
    delete from graphile_worker._private_jobs
    where payload ->> 'mailLinkId' in (select id::text from mail_link where email = ${email})`;
}

async function drain(services: Services, clock: TestClock): Promise<void> {
  const pool = new pg.Pool({ connectionString: services.databaseUrl, max: 4 });
  const ignore = () => undefined;
  pool.on("error", ignore).on("connect", (client) => client.on("error", ignore));
  const tasks = jobHandlers(services).map((handler) => [handler.job.name, toTask(services, handler)] as const);
  const taskList = Object.fromEntries(tasks);
  try {
    for (;;) {
      // The queue goes by the database's clock; what is due by the test's is due as well.
      const due = await pool.query(
        "update graphile_worker._private_jobs set run_at = now() where run_at <= greatest($1, now()) and locked_at is null and attempts < max_attempts returning id",
        [clock.now()],
      );
      if (due.rowCount === 0) return;
      await runOnce({ pgPool: pool, taskList, concurrency: 2, noHandleSignals: true, logger: silent });
    }
  } finally {
    await pool.end();
  }
}

/** Reads the next value of an async iterator; fails when it ends or takes too long. */
export async function next<T>(events: AsyncIterator<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("No event arrived in time.")), requestTimeout);
  });
  try {
    const result = await Promise.race([events.next(), late]);
    if (result.done === true) throw new Error("The events ended.");
    return result.value;
  } finally {
    clearTimeout(timer);
  }
}

/** The global id of somebody's personal workspace. */
export async function personalWorkspace(person: Person): Promise<string> {
  const { data } = await person.request("{ me { workspaces { id isPersonal } } }");
  return data.me.workspaces.find((workspace: { isPersonal: boolean }) => workspace.isPersonal).id;
}

/** Makes somebody a member of an owner's personal workspace. */
export async function joinWorkspace({ services }: Atelier, person: Person, owner: Person, role: Role): Promise<void> {
  const workspaceId = decodeGlobalId(await personalWorkspace(owner)).id;
  await services.db.member.create({ data: { workspaceId, userId: decodeGlobalId(person.id).id, role } });
}
