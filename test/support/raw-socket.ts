/** A websocket without a client library, to say to the server what no library would. */
import { once } from "node:events";
import WebSocket, { type ClientOptions } from "ws";
import type { Atelier, Person } from "./atelier.ts";

/** A message of the graphql-transport-ws protocol. */
export interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** An open socket. */
export interface RawSocket {
  readonly socket: WebSocket;
  /** Sends messages; texts go out as they are, and bytes as a binary frame. */
  say(...messages: (Message | string | Buffer)[]): void;
  /** The next message of the server; rejects when it closes instead. */
  hear(): Promise<Message>;
  /** How the server closes. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

/** Where an Atelier that listens serves websockets. */
export function socketUrl({ app }: Pick<Atelier, "app">): string {
  const address = app.server.address();
  if (address === null || typeof address === "string") throw new Error("Call `listen` first.");
  return `ws://127.0.0.1:${address.port}/graphql`;
}

/** Opens a socket that has said nothing yet. Rejects when the server refuses it. */
export async function openRawSocket(atelier: Pick<Atelier, "app">, options: ClientOptions = {}): Promise<RawSocket> {
  const socket = new WebSocket(socketUrl(atelier), "graphql-transport-ws", options);
  const heard: Message[] = [];
  const waiting: ((message: Message) => void)[] = [];
  socket.on("message", (data) => {
    const message: Message = JSON.parse(String(data));
    const hear = waiting.shift();
    if (hear === undefined) heard.push(message);
    else hear(message);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on("close", (code, reason) => resolve({ code, reason: String(reason) }));
  });
  await once(socket, "open");
  const gone = closed.then(({ code, reason }) => {
    throw new Error(`The server closed with ${code} ${reason}.`);
  });
  gone.catch(() => undefined);
  return {
    socket,
    closed,
    say: (...messages) => {
      for (const message of messages) {
        const asIs = typeof message === "string" || Buffer.isBuffer(message);
        socket.send(asIs ? message : JSON.stringify(message));
      }
    },
    hear: () => {
      const message = heard.shift();
      return message === undefined
        ? Promise.race([new Promise<Message>((resolve) => waiting.push(resolve)), gone])
        : Promise.resolve(message);
    },
  };
}

/** The first message of a person. */
export const init = ({ token }: Pick<Person, "token">): Message => ({
  type: "connection_init",
  payload: { authorization: `Bearer ${token}` },
});

/** Opens a socket and signs in. */
export async function openSignedInSocket(
  atelier: Pick<Atelier, "app">,
  person: Pick<Person, "token">,
): Promise<RawSocket> {
  const socket = await openRawSocket(atelier);
  socket.say(init(person));
  const answer = await socket.hear();
  if (answer.type !== "connection_ack") throw new Error(`The server answered ${answer.type}.`);
  return socket;
}

/** A request for an operation. */
export const subscribe = (id: string, query: string, variables: Readonly<Record<string, unknown>> = {}): Message => ({
  ...{ id, type: "subscribe" },
  payload: { query, variables },
});
