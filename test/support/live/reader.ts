/** A reader that never gives up: cut, it comes back with its last cursor, to the next server in turn. */
import { setTimeout as delay } from "node:timers/promises";
import { createParser } from "eventsource-parser";
import WebSocket from "ws";
import { z } from "zod";
import { decodeGlobalId } from "../../../src/graphql/ids.ts";
import type { HeardEvent, History } from "./history.ts";

/** What a reader listens to. */
export interface ReaderOptions {
  readonly name: string;
  /** Addresses of the servers. */
  readonly servers: readonly string[];
  /** The server it begins with. */
  readonly first: number;
  readonly transport: "socket" | "stream";
  readonly token: string;
  /** Row id of the workspace, and its public one. */
  readonly workspaceId: string;
  readonly publicId: string;
  readonly topic: "image" | "post";
  /** The cursor from which it listens. */
  readonly after: string;
}

/** A reader at work. */
export interface Reader {
  readonly history: History;
  /** Cuts its connection, in one of several ways. */
  cut(way: number): void;
  /** How often it connected. */
  connections(): number;
  /** Answers of servers that were refusals, by code. */
  readonly refusals: Map<string, number>;
  stop(): Promise<void>;
}

const entity = z.object({ id: z.string(), workspace: z.object({ id: z.string() }) });
const resultShape = z.object({
  data: z.record(
    z.string(),
    z.object({ cursor: z.string(), kind: z.string(), deletedId: z.string().nullable(), entity: entity.nullable() }),
  ),
  errors: z.never().optional(),
});
const refusalShape = z.array(z.object({ extensions: z.object({ code: z.string() }) })).min(1);
const messageShape = z.object({ type: z.string(), payload: z.unknown().optional() });

/** Where a cursor stands: `<transaction>.<row>`. */
const placeOf = (cursor: string): string =>
  Buffer.from(cursor, "base64url").toString().split(".").slice(0, 2).join(".");

/** Starts a reader. */
export function startReader(options: ReaderOptions): Reader {
  const { name, servers, first, token, workspaceId, publicId, topic, after } = options;
  const heard: HeardEvent[] = [];
  const refusals = new Map<string, number>();
  let cursor = after;
  let connections = 0;
  const state = { stopped: false };
  let cutNow: (way: number) => void = () => undefined;

  /** Takes one result; false when it is none to go on from, and the connection is to be given up. */
  const take = (result: unknown): boolean => {
    const read = resultShape.safeParse(result);
    if (!read.success) {
      note(refusals, result);
      return false;
    }
    const [event] = Object.values(read.data.data);
    if (event === undefined) return false;
    cursor = event.cursor;
    const id = event.entity?.id ?? event.deletedId;
    heard.push({
      ...{ place: placeOf(cursor), kind: event.kind },
      entityId: id === null ? null : decodeGlobalId(id).id,
      workspaceId: event.entity === null ? null : decodeGlobalId(event.entity.workspace.id).id,
    });
    return true;
  };
  const run = async () => {
    for (let turn = first; !state.stopped; turn += 1) {
      const url = servers[turn % servers.length] ?? "";
      const request = { query: documents[topic], variables: { filter: { workspaceId: publicId }, after: cursor } };
      const connect = options.transport === "socket" ? overSocket : overStream;
      const hearing = { url, token, request, take, onOpen: () => void (connections += 1) };
      await connect(hearing, (cut) => {
        cutNow = cut;
      }).catch(() => undefined);
      cutNow = () => undefined;
      if (!state.stopped) await delay(100);
    }
  };
  const running = run();
  return {
    history: { reader: name, workspaceId, topic, from: placeOf(after), heard },
    refusals,
    connections: () => connections,
    cut: (way) => cutNow(way),
    stop: async () => {
      state.stopped = true;
      cutNow(0);
      await running;
    },
  };
}

const documents = {
  image: `subscription ($filter: ImageChangedFilter, $after: Cursor) {
    imageChanged(filter: $filter, after: $after) { cursor kind deletedId entity: image { id workspace { id } } } }`,
  post: `subscription ($filter: PostChangedFilter, $after: Cursor) {
    postChanged(filter: $filter, after: $after) { cursor kind deletedId entity: post { id workspace { id } } } }`,
};

function note(refusals: Map<string, number>, result: unknown): void {
  const errors = refusalShape.safeParse(
    Array.isArray(result) ? result : z.object({ errors: z.unknown() }).safeParse(result).data?.errors,
  );
  const code = errors.success ? (errors.data[0]?.extensions.code ?? "") : "unreadable";
  refusals.set(code, (refusals.get(code) ?? 0) + 1);
}

interface Hearing {
  readonly url: string;
  readonly token: string;
  readonly request: object;
  take(result: unknown): boolean;
  onOpen(): void;
}

type OnCuttable = (cut: (way: number) => void) => void;

/** One connection over a websocket; resolves when it is over. */
async function overSocket({ url, token, request, take, onOpen }: Hearing, onCuttable: OnCuttable): Promise<void> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/graphql`, "graphql-transport-ws");
  const say = (message: object) => socket.send(JSON.stringify(message));
  const over = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  socket.on("error", () => undefined);
  socket.on("open", () => say({ type: "connection_init", payload: { authorization: `Bearer ${token}` } }));
  socket.on("message", (data) => {
    // What is still in the air after a cut was never heard.
    if (socket.readyState !== socket.OPEN) return;
    const { type, payload } = messageShape.parse(JSON.parse(String(data)));
    if (type === "connection_ack") {
      onOpen();
      say({ id: "1", type: "subscribe", payload: request });
    }
    if (type === "next" ? take(payload) : type !== "error" && type !== "complete") return;
    if (type === "error") take(payload);
    socket.terminate();
  });
  onCuttable((way) => (way % 2 === 0 ? socket.terminate() : socket.close()));
  await over;
}

/** One connection as server-sent events. */
async function overStream({ url, token, request, take, onOpen }: Hearing, onCuttable: OnCuttable): Promise<void> {
  const hangUp = new AbortController();
  onCuttable(() => hangUp.abort());
  const response = await fetch(`${url}/graphql/stream`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream", authorization: `Bearer ${token}` },
    body: JSON.stringify(request),
    signal: hangUp.signal,
  });
  if (!response.ok || response.body === null) return;
  onOpen();
  const parser = createParser({
    onEvent: ({ event, data }) => {
      if (hangUp.signal.aborted) return;
      if (event !== "next" || !take(JSON.parse(data))) hangUp.abort();
    },
  });
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) parser.feed(text);
}
