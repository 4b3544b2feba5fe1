/**
 * Measures what a change costs on its way to subscribers: from the commit to the client, events a second, and the bytes that an
 * idle subscription takes in the server, beside what Postgres' own NOTIFY takes to arrive in the same run.
 * Run with: node scripts/run.ts bench:live [subscriptions …]
 */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import WebSocket from "ws";
import { z } from "zod";
import { createTransact, openDb, type Transact } from "../../src/infra/db.ts";
import { openEventLog, recordEvents } from "../../src/infra/events.ts";
import { migrate } from "../../src/infra/migrate.ts";
import { measure, measuredServer, signUp } from "../../test/support/cycles/run-cycles.ts";
import { withScratchPostgres } from "../scratch-postgres.ts";
import { freePort, type ServerProcess, startProcess } from "../server-process.ts";

/** Changes that are waited for one by one, and changes that are written at once: at most, and each in so many deliveries. */
const singles = 100;
const burst = 200;
const deliveries = 20_000;
const perSocket = 50;

/** Milliseconds that anything may be waited for: a bench that is not answered says so and ends. */
const patience = 30_000;
const inBounds = (most: number, count: number) => Math.max(10, Math.min(most, Math.floor(deliveries / count)));
const say = (line: string) => void process.stdout.write(`${line}\n`);

/** Prints a line for each number of subscriptions. */
export async function benchLive(given: readonly string[]): Promise<number> {
  const counts = given.length === 0 ? [1, 100, 1_000] : given.map(Number);
  if (!counts.every((count) => Number.isInteger(count) && count > 0)) {
    process.stderr.write("Usage: bench:live [subscriptions …]\n");
    return 2;
  }
  await withScratchPostgres(async (databaseUrl) => {
    await migrate(databaseUrl);
    const folder = await mkdtemp(path.join(os.tmpdir(), "atelier-bench-"));
    const port = await freePort(46_000);
    const environment = {
      ...{ NODE_ENV: "test", DATABASE_URL: databaseUrl, DATA_DIR: folder, PORT: String(port), LOG_LEVEL: "silent" },
      ...{ PUBLIC_URL: "http://atelier.test", MAX_SOCKETS_PER_USER: "1000", SOCKET_MESSAGES_PER_SECOND: "10000" },
    };
    const server = await startProcess("serve", environment, "pipe", measuredServer);
    const db = openDb({ url: databaseUrl, poolSize: 2 });
    const events = await openEventLog({
      ...{ databaseUrl, db, listening: false },
      log: { warn: () => undefined, error: () => undefined },
    });
    try {
      const token = await signUp(`http://127.0.0.1:${port}`);
      const { id: workspaceId } = await db.workspace.findFirstOrThrow();
      // Nothing is under way: a subscription begins without a word.
      await db.image.deleteMany({});
      say(`NOTIFY alone: ${figures(await timeNotify(databaseUrl))}`);
      for (const count of counts) {
        const place = { port, token, workspaceId, server, transact: createTransact(db, events.wake) };
        say(await run(place, count));
      }
    } finally {
      await server.stop();
      await events.close();
      await db.$disconnect();
      await rm(folder, { recursive: true, force: true });
    }
  });
  return 0;
}

interface Place {
  readonly port: number;
  readonly token: string;
  readonly workspaceId: string;
  readonly server: ServerProcess;
  readonly transact: Transact;
}

async function run({ port, token, workspaceId, server, transact }: Place, count: number): Promise<string> {
  let heard: () => void = () => undefined;
  const trouble = Promise.withResolvers<never>();
  trouble.promise.catch(() => undefined);
  const sockets: WebSocket[] = [];
  let answer = "";
  const inTime = <T>(what: string, work: Promise<T>): Promise<T> => Promise.race([work, trouble.promise, late(what)]);
  const before = await measure(server);
  try {
    // From a place in the log, and not from the state as it is: what is written while that is read is not told again.
    const after = await whereItStands(port, token);
    for (let left = count; left > 0; left -= perSocket) {
      const opening = subscribe({ port, token, after }, Math.min(left, perSocket), () => heard(), trouble.reject);
      sockets.push(await inTime("a socket", opening));
    }
    await listenersAre(server, (listeners) => listeners >= before.listeners + 2 * count);
    const idle = await measure(server);
    const bytes = (idle.heap + idle.buffers - before.heap - before.buffers) / count;

    const write = (changes: number) =>
      transact((tx) =>
        recordEvents(
          tx,
          Array.from({ length: changes }, () => change(workspaceId)),
        ),
      );
    const times: number[] = [];
    for (let n = 0; n < inBounds(singles, count); n += 1) {
      const all = hearing(count, (listen) => (heard = listen));
      await write(1);
      const committed = performance.now();
      times.push(...(await inTime("a change", all)).map((at) => Math.max(0, at - committed)));
    }
    const changes = inBounds(burst, count);
    const all = hearing(count * changes, (listen) => (heard = listen));
    const started = performance.now();
    await write(changes);
    await inTime(`${changes} changes at once`, all);
    const perSecond = (count * changes * 1_000) / (performance.now() - started);
    const rest = `${Math.round(perSecond)} events/s delivered (${changes} changes at once), ${Math.round(bytes)} bytes each while idle`;
    answer = `${count} subscriptions: commit → client ${figures(times)}, ${rest}`;
  } finally {
    for (const socket of sockets) socket.removeAllListeners("close").terminate();
  }
  await listenersAre(server, (listeners) => listeners <= before.listeners);
  return answer;
}

const change = (workspaceId: string) => ({
  ...{ workspaceId, topic: "image", entityId: randomUUID(), kind: "UPDATED" as const, version: 1 },
});

async function late(what: string): Promise<never> {
  await delay(patience, undefined, { ref: false });
  throw new Error(
    `Not everybody was told within ${patience / 1_000} s: ${what}. Run it on a machine that is less busy.`,
  );
}

async function listenersAre(server: ServerProcess, enough: (listeners: number) => boolean): Promise<void> {
  const deadline = performance.now() + patience;
  for (;;) {
    const { listeners } = await measure(server);
    if (enough(listeners)) return;
    if (performance.now() > deadline) throw new Error(`The server has ${listeners} listeners; others were expected.`);
    await delay(200);
  }
}

/** The moments at which so many events arrived. */
function hearing(count: number, onListen: (listen: () => void) => void): Promise<number[]> {
  const { promise, resolve } = Promise.withResolvers<number[]>();
  const moments: number[] = [];
  onListen(() => {
    moments.push(performance.now());
    if (moments.length === count) resolve(moments);
  });
  return promise;
}

/** The cursor of now. */
async function whereItStands(port: number, token: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: "{ eventCursor }" }),
  });
  return z.object({ data: z.object({ eventCursor: z.string() }) }).parse(await response.json()).data.eventCursor;
}

/** One socket with so many subscriptions. What goes wrong with it once it is open is told to `onTrouble`. */
function subscribe(
  { port, token, after }: Pick<Place, "port" | "token"> & { readonly after: string },
  count: number,
  onNext: () => void,
  onTrouble: (error: Error) => void,
): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, "graphql-transport-ws");
  const send = (message: object) => socket.send(JSON.stringify(message));
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.on("close", (code) => onTrouble(new Error(`The server closed a socket with ${code}.`)));
    socket.on("open", () => send({ type: "connection_init", payload: { authorization: `Bearer ${token}` } }));
    socket.on("message", (data) => {
      const text = Buffer.isBuffer(data) ? data.toString() : "";
      const { type }: { type: string } = JSON.parse(text);
      if (type === "next") onNext();
      if (type === "error") onTrouble(new Error(`The server refused a subscription: ${text}`));
      if (type !== "connection_ack") return;
      const query = "subscription ($after: Cursor) { imageChanged(after: $after) { kind cursor image { id } } }";
      const payload = { query, variables: { after } };
      for (let n = 0; n < count; n += 1) send({ id: `${n}`, type: "subscribe", payload });
      resolve(socket);
    });
  });
}

/** What Postgres alone needs from a commit to a listener. */
async function timeNotify(databaseUrl: string): Promise<number[]> {
  const [listener, sender] = [new pg.Client(databaseUrl), new pg.Client(databaseUrl)];
  await Promise.all([listener.connect(), sender.connect()]);
  const times: number[] = [];
  await listener.query("listen bench");
  for (let n = 0; n < singles; n += 1) {
    const arrived = new Promise<number>((resolve) => listener.once("notification", () => resolve(performance.now())));
    await sender.query("notify bench");
    const committed = performance.now();
    times.push(Math.max(0, (await arrived) - committed));
  }
  await Promise.all([listener.end(), sender.end()]);
  return times;
}

function figures(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}
