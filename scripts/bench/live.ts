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
import { createTransact, openDb, type Transact } from "../../src/infra/db.ts";
import { openEventLog, recordEvents } from "../../src/infra/events.ts";
import { migrate } from "../../src/infra/migrate.ts";
import { measure, measuredServer, signUp } from "../../test/support/cycles/run-cycles.ts";
import { withScratchPostgres } from "../scratch-postgres.ts";
import { freePort, type ServerProcess, startProcess } from "../server-process.ts";

/** Changes that are waited for one by one, and changes that are written at once. */
const singles = 100;
const burst = 200;
const perSocket = 50;
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
  const before = await measure(server);
  const sockets: WebSocket[] = [];
  for (let left = count; left > 0; left -= perSocket) {
    sockets.push(await subscribe({ port, token }, Math.min(left, perSocket), () => heard()));
  }
  while ((await measure(server)).listeners < before.listeners + 2 * count) await delay(50);
  const idle = await measure(server);
  const bytes = (idle.heap + idle.buffers - before.heap - before.buffers) / count;

  const write = (changes: number) =>
    transact((tx) =>
      recordEvents(
        tx,
        Array.from({ length: changes }, () => ({
          ...{ workspaceId, topic: "image", entityId: randomUUID(), kind: "UPDATED" as const, version: 1 },
        })),
      ),
    );
  const times: number[] = [];
  for (let n = 0; n < singles; n += 1) {
    const all = hearing(count, (listen) => (heard = listen));
    await write(1);
    const committed = performance.now();
    times.push(...(await all).map((at) => Math.max(0, at - committed)));
  }
  const all = hearing(count * burst, (listen) => (heard = listen));
  const started = performance.now();
  await write(burst);
  await all;
  const perSecond = (count * burst * 1_000) / (performance.now() - started);
  for (const socket of sockets) socket.terminate();
  while ((await measure(server)).listeners > before.listeners) await delay(50);
  return `${count} subscriptions: commit → client ${figures(times)}, ${Math.round(perSecond)} events/s delivered, ${Math.round(bytes)} bytes each while idle`;
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

/** One socket with so many subscriptions. */
function subscribe(
  { port, token }: Pick<Place, "port" | "token">,
  count: number,
  onNext: () => void,
): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, "graphql-transport-ws");
  const send = (message: object) => socket.send(JSON.stringify(message));
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.on("open", () => send({ type: "connection_init", payload: { authorization: `Bearer ${token}` } }));
    socket.on("message", (data) => {
      const { type }: { type: string } = JSON.parse(Buffer.isBuffer(data) ? data.toString() : "");
      if (type === "next") onNext();
      if (type !== "connection_ack") return;
      const payload = { query: "subscription { imageChanged { kind cursor image { id } } }" };
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
