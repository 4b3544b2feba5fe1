/** Connects, subscribes and goes away again, in every way in which clients do, and asks the server what it still holds. */
import { mkdtemp, rm } from "node:fs/promises";
import type { Socket } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import WebSocket from "ws";
import { z } from "zod";
import { freePort, type ServerProcess, startProcess } from "../../../scripts/server-process.ts";
import type { Held } from "./measured-server.ts";

/** The file of a server that can be measured. */
export const measuredServer = fileURLToPath(new URL("./measured-server.ts", import.meta.url));

/** Ways to go. A half-open client is one that vanished: nothing of it arrives any more, and nothing says so. */
const waysToGo = ["close", "reset", "half-open", "unsubscribe", "before the answer", "stream"] as const;

/** What to run. */
export interface CycleOptions {
  readonly databaseUrl: string;
  readonly cycles: number;
  /** Clients at a time. */
  readonly width: number;
}

/** What the server held before, and after everybody had left. */
export interface CycleReport {
  readonly cycles: number;
  readonly seconds: number;
  readonly before: Held;
  readonly after: Held;
}

/** Milliseconds after the last client within which everything must be given back. */
const patience = 30_000;

/** Runs the cycles against a server process of its own, on a migrated database. */
export async function runCycles({ databaseUrl, cycles, width }: CycleOptions): Promise<CycleReport> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "atelier-cycles-"));
  const port = await freePort(47_000 + (process.pid % 1_000) * 10);
  const url = `http://127.0.0.1:${port}`;
  const environment = {
    ...{ NODE_ENV: "test", DATABASE_URL: databaseUrl, DATA_DIR: folder, PORT: String(port), LOG_LEVEL: "silent" },
    ...{ PUBLIC_URL: "http://atelier.test", MAX_SOCKETS_PER_USER: "1000", SOCKET_PING_SECONDS: "1" },
  };
  const server = await startProcess("serve", environment, "pipe", measuredServer);
  try {
    const token = await signUp(url);
    const go = async (count: number) => {
      let next = 0;
      const client = async () => {
        while (next < count) {
          const way = waysToGo[next % waysToGo.length] ?? "close";
          next += 1;
          await (way === "stream" ? cycleOfStream(url, token) : cycle(url, token, way));
        }
      };
      await Promise.all(Array.from({ length: width }, client));
    };
    // What is loaded, compiled and remembered once is no leak.
    await go(waysToGo.length * 20);
    const before = await settled(server, null);
    const started = performance.now();
    await go(cycles);
    const seconds = (performance.now() - started) / 1_000;
    return { cycles, seconds, before, after: await settled(server, before) };
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const heldShape = z.object({
  held: z.object({
    ...{ listeners: z.number(), timers: z.number(), connections: z.number(), heap: z.number(), buffers: z.number() },
  }),
});

/** Asks a measured server what it holds. */
export function measure({ process: child }: ServerProcess): Promise<Held> {
  return new Promise((resolve) => {
    const onMessage = (message: unknown) => {
      const read = heldShape.safeParse(message);
      if (!read.success) return;
      child.off("message", onMessage);
      resolve(read.data.held);
    };
    child.on("message", onMessage);
    child.send({ measure: true });
  });
}

/** What the server holds once nobody is there; with a base line, once it holds no more than that, or time is over. */
async function settled(server: ServerProcess, baseLine: Held | null): Promise<Held> {
  const deadline = performance.now() + patience;
  for (;;) {
    const held = await measure(server);
    const quiet = held.listeners === 0 && held.connections === 0 && held.timers <= (baseLine?.timers ?? held.timers);
    if (quiet || performance.now() > deadline) return held;
    await delay(100);
  }
}

const watch = "subscription { imageChanged { kind } }";

async function cycle(url: string, token: string, way: (typeof waysToGo)[number]): Promise<void> {
  let connection: Socket | undefined;
  const socket = new WebSocket(`${url.replace("http", "ws")}/graphql`, "graphql-transport-ws", {
    autoPong: way !== "half-open",
  });
  socket.on("upgrade", (response) => {
    connection = response.socket;
  });
  const say = (message: object) => socket.send(JSON.stringify(message));
  const gone = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  socket.on("error", () => undefined);
  socket.on("open", () => {
    say({ type: "connection_init", payload: { authorization: `Bearer ${token}` } });
    if (way === "before the answer") socket.terminate();
  });
  socket.on("message", (data) => {
    const { type }: { type: string } = JSON.parse(String(data));
    if (type === "connection_ack") say({ id: "1", type: "subscribe", payload: { query: watch } });
    if (type !== "next") return;
    if (way === "unsubscribe") say({ id: "1", type: "complete" });
    if (way === "close" || way === "unsubscribe") socket.close();
    if (way === "reset") connection?.resetAndDestroy();
  });
  await gone;
}

async function cycleOfStream(url: string, token: string): Promise<void> {
  const hangUp = new AbortController();
  const response = await fetch(`${url}/graphql/stream`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream", authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: watch }),
    signal: hangUp.signal,
  });
  const reader = response.body?.getReader();
  await reader?.read();
  hangUp.abort();
  await reader?.read().catch(() => undefined);
}

const registered = z.object({ data: z.object({ register: z.object({ accessToken: z.string() }) }) });

/** Makes somebody with a picture that is never finished: there is something to tell to whoever comes. Answers their access token. */
export async function signUp(url: string): Promise<string> {
  const ask = async (query: string, input: object, headers = {}) => {
    const body = JSON.stringify({ query, variables: { input } });
    const answer = await fetch(`${url}/graphql`, {
      ...{ method: "POST", body, headers: { "content-type": "application/json", connection: "close", ...headers } },
    });
    return answer.json();
  };
  const { data } = registered.parse(
    await ask(
      "mutation ($input: RegisterInput!) { register(input: $input) { ... on RegisterSuccess { accessToken } } }",
      {
        ...{ email: "ada@example.org", password: "correct horse battery", displayName: "Ada" },
      },
    ),
  );
  const { accessToken } = data.register;
  const generate = "mutation ($input: GenerateImagesInput!) { generateImages(input: $input) { __typename } }";
  await ask(generate, { prompt: "a kite", width: 256, height: 256 }, { authorization: `Bearer ${accessToken}` });
  return accessToken;
}

/** The report as lines of text. */
export function describeCycles({ cycles, seconds, before, after }: CycleReport): string[] {
  const line = ({ listeners, timers, connections, heap, buffers }: Held) =>
    `${listeners} listeners, ${timers} timers, ${connections} connections, ${megabytes(heap)} heap, ${megabytes(buffers)} buffers`;
  return [
    `${cycles} cycles in ${seconds.toFixed(1)} s (${Math.round(cycles / seconds)} a second)`,
    `before: ${line(before)}`,
    `after:  ${line(after)}`,
  ];
}

const megabytes = (bytes: number) => `${(bytes / 1_048_576).toFixed(2)} MiB`;

/** Bytes that a server's heap may grow by over a run: its engine's own, not a part of each client. */
export const mostGrowth = 8 * 1_048_576;
