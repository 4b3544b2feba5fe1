/**
 * One websocket under graphql-ws' server. The library brings an adapter of its own for `ws`, which prints to the console what
 * any client can cause, reads binary frames as text, and closes with 4500, which clients take as final, when the database is
 * away for a moment.
 */
import type { IncomingMessage } from "node:http";
import type { Server } from "graphql-ws";
import type { WebSocket } from "ws";
import type { Logger } from "../infra/log.ts";

/** The name of the protocol, as clients offer it. */
export const socketProtocol = "graphql-transport-ws";

/** What the protocol's server is told about a connection. */
export interface SocketConnection {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
}

/** How a socket is kept. */
export interface ServeSocketOptions {
  /** Milliseconds between two pings; who has not answered one by the next is cut off. */
  readonly pingInterval: number;
  readonly log: Pick<Logger, "debug" | "error">;
}

/** Speaks with one client until it is gone. */
export function serveSocket<Extra extends SocketConnection>(
  server: Server<Extra>,
  connection: Extra,
  { pingInterval, log }: ServeSocketOptions,
): void {
  const { socket } = connection;
  const fail = (error: unknown) => {
    log.error({ err: error }, "a message on a websocket could not be handled");
    // "Try again later", which clients do: whatever failed here was not theirs.
    socket.close(1013, "Something went wrong here. Try again.");
  };
  const closed = server.opened(
    {
      protocol: socket.protocol,
      // Who hung up meanwhile is told nothing; that they did is told by `close`.
      send: (data) =>
        new Promise((resolve) => {
          if (socket.readyState === socket.OPEN) socket.send(data, () => resolve());
          else resolve();
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (receive) => {
        socket.on("message", (data, isBinary) => {
          // Texts come as buffers, unless a socket's `binaryType` says otherwise.
          if (isBinary || !Buffer.isBuffer(data)) {
            socket.close(4400, "This protocol's messages are text, not binary.");
          } else receive(data.toString()).catch(fail);
        });
      },
    },
    connection,
  );
  const stopPinging = pingRegularly(socket, pingInterval);
  socket.on("error", (error) => log.debug({ err: error }, "a websocket broke"));
  socket.once("close", (code, reason) => {
    stopPinging();
    closed(code, String(reason)).catch((error: unknown) =>
      log.error({ err: error }, "what a websocket held could not be given back"),
    );
  });
}

/** Cuts off who answers no ping: nothing else tells of a client that vanished. Returns the end of it. */
function pingRegularly(socket: WebSocket, interval: number): () => void {
  let answered = true;
  socket.on("pong", () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, interval);
  return () => clearInterval(timer);
}
