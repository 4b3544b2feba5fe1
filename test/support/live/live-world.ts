/** Two web servers and two workers over one database, people with workspaces in it, and hands that write through both servers. */
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { z } from "zod";
import { freePort, type ServerProcess, startProcess } from "../../../scripts/server-process.ts";
import { decodeGlobalId } from "../../../src/graphql/ids.ts";
import { migrate } from "../../../src/infra/migrate.ts";
import { persistently } from "../crash/shipyard.ts";
import { operations } from "../studio.ts";
import type { LoggedEvent } from "./history.ts";

/** A workspace, and everybody's way into it. */
export interface LiveWorkspace {
  /** Row id, and the public one. */
  readonly id: string;
  readonly publicId: string;
  /** An API token of somebody who writes in it. */
  readonly writer: string;
  /** API tokens of those who read it. */
  readonly readers: readonly string[];
  readonly accountId: string;
}

/** Everything that runs. */
export interface LiveWorld {
  readonly servers: readonly string[];
  readonly workspaces: readonly LiveWorkspace[];
  /** Ends a process, at once or in order, and starts it again. Answers how it ended. */
  restart(which: "server" | "worker", index: number, how: "kill" | "stop"): Promise<number | null>;
  stopWorkers(): Promise<void>;
  /** Runs an operation against a server; null when it did not answer with data. */
  ask(server: string, token: string | null, query: string, variables?: object): Promise<Record<string, unknown> | null>;
  /** The whole log, in its order; waits until nothing of it is hidden. */
  log(): Promise<LoggedEvent[]>;
  close(): Promise<void>;
}

const answerShape = z.object({ data: z.record(z.string(), z.unknown()) });

/** Opens a world of so many people; each has a workspace of their own, and the first one's is shared with the second. */
export async function openLiveWorld(place: {
  readonly databaseUrl: string;
  readonly folder: string;
  readonly people: number;
}): Promise<LiveWorld> {
  await migrate(place.databaseUrl);
  const base = {
    ...{ NODE_ENV: "test", DATABASE_URL: place.databaseUrl, DATA_DIR: place.folder, LOG_LEVEL: "silent" },
    ...{ PUBLIC_URL: "http://atelier.test", MAX_SOCKETS_PER_USER: "100", DATABASE_POOL: "6" },
    ...{ REGISTRATIONS_PER_ADDRESS: "1000/1", LOGIN_TRIES_PER_ADDRESS: "1000/1" },
  };
  const processes = new Map<string, ServerProcess>();
  const ports: string[] = [];
  const key = (which: string, index: number) => `${which} ${index}`;
  const start = async (which: "server" | "worker", index: number) => {
    const own = which === "server" ? { PORT: ports[index] ?? "" } : {};
    // A database that is away while a process starts ends it: a supervisor starts it again.
    const started = await persistently(() =>
      startProcess(which === "server" ? "serve" : "work", { ...base, ...own }, "pipe"),
    );
    processes.set(key(which, index), started);
  };
  const pool = new pg.Pool({ connectionString: place.databaseUrl, max: 2 });
  pool.on("error", () => undefined).on("connect", (client) => client.on("error", () => undefined));
  const close = async () => {
    await Promise.all([...processes.values()].map((one) => one.stop()));
    await pool.end();
  };
  try {
    for (let index = 0; index < 2; index += 1) {
      const wanted = 45_000 + (process.pid % 1_000) * 10 + index * 5;
      ports.push(String(await freePort(wanted)));
    }
    await start("server", 0);
    await Promise.all([start("server", 1), start("worker", 0), start("worker", 1)]);
    const servers = ports.map((port) => `http://127.0.0.1:${port}`);
    return {
      ...{ servers, ask, close, workspaces: await settle(servers[0] ?? "", pool, place.people) },
      restart: async (which, index, how) => {
        const running = processes.get(key(which, index));
        if (how === "kill") running?.process.kill("SIGKILL");
        const code = await (how === "kill" ? running?.ended : running?.stop());
        await start(which, index);
        return code ?? null;
      },
      stopWorkers: async () => {
        await Promise.all([0, 1].map(async (index) => processes.get(key("worker", index))?.stop()));
      },
      log: () => persistently(() => readLog(pool)),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function ask(server: string, token: string | null, query: string, variables: object = {}) {
  try {
    const authorization = token === null ? undefined : { authorization: `Bearer ${token}` };
    const response = await fetch(`${server}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...authorization },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(15_000),
    });
    const read = answerShape.safeParse(await response.json());
    return read.success ? read.data.data : null;
  } catch {
    // The server, or its database, is away: whether it was done stands in the log.
    return null;
  }
}

async function readLog(pool: pg.Pool): Promise<LoggedEvent[]> {
  const newest = await pool.query("select pg_current_xact_id()::text as xid");
  for (;;) {
    const passed = await pool.query("select pg_snapshot_xmin(pg_current_snapshot()) > $1::xid8 as passed", [
      newest.rows[0].xid,
    ]);
    if (passed.rows[0].passed === true) break;
    await delay(20);
  }
  const { rows } = await pool.query<LoggedEvent>(`
    select xid::text || '.' || id::text as place, workspace_id as "workspaceId", topic, entity_id as "entityId", kind
    from event order by event.xid, event.id`);
  return rows;
}

const registered = z.object({
  register: z.object({ accessToken: z.string(), user: z.object({ id: z.string() }) }),
});
const owned = z.object({ me: z.object({ workspaces: z.array(z.object({ id: z.string() })).length(1) }) });
const tokenMade = z.object({ createApiToken: z.object({ token: z.string() }) });
const connected = z.object({ connectSocialAccount: z.object({ socialAccount: z.object({ id: z.string() }) }) });

/** Signs people up through the front door. */
async function settle(server: string, pool: pg.Pool, people: number): Promise<LiveWorkspace[]> {
  const workspaces: LiveWorkspace[] = [];
  let before: { readonly publicId: string; readonly userId: string } | null = null;
  for (let n = 0; n < people; n += 1) {
    const session = registered.parse(
      await ask(server, null, register, {
        input: { email: `person-${n}@example.org`, password: "correct horse battery", displayName: `Person ${n}` },
      }),
    ).register;
    const run = (query: string, variables: object = {}) => ask(server, session.accessToken, query, variables);
    const [workspace] = owned.parse(await run("{ me { workspaces { id } } }")).me.workspaces;
    const publicId = workspace?.id ?? "";
    const input = { name: "Live", scopes: ["IMAGES_WRITE", "POSTS_WRITE", "POSTS_READ", "IMAGES_READ"] };
    const { token } = tokenMade.parse(await run(createToken, { input })).createApiToken;
    const account = { showcase: { handle: `person-${n}`, name: `Person ${n}` } };
    const { socialAccount } = connected.parse(
      await run(operations.connect, { input: { account } }),
    ).connectSocialAccount;
    const own = { id: decodeGlobalId(publicId).id, publicId, writer: token, accountId: socialAccount.id };
    workspaces.push({ ...own, readers: [token] });
    if (n === 1 && before !== null) {
      await pool.query(
        "insert into member (id, workspace_id, user_id, role) values (gen_random_uuid(), $1, $2, 'VIEWER')",
        [decodeGlobalId(before.publicId).id, decodeGlobalId(session.user.id).id],
      );
      const [shared] = workspaces;
      if (shared !== undefined) workspaces[0] = { ...shared, readers: [...shared.readers, token] };
    }
    before ??= { publicId, userId: session.user.id };
  }
  return workspaces;
}

const register = `mutation ($input: RegisterInput!) { register(input: $input) {
  ... on RegisterSuccess { accessToken user { id } } } }`;
const createToken = `mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) {
  ... on CreateApiTokenSuccess { token } } }`;
