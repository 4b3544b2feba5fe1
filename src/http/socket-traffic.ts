import { setTimeout as delay } from "node:timers/promises";
import type { WebSocket } from "ws";

/** Seconds over which messages are counted: a page that comes back subscribes to everything at once. */
const burstSeconds = 5;

/** Bytes that may wait for a client that does not read; answers and events behind them are not made yet, or coalesced. */
const maxUnread = 1_048_576;

/** Milliseconds between two looks whether a client reads again: nothing tells. */
const lookInterval = 25;

/**
 * Closes a socket with 4429 whose client sends more than `perSecond` messages a second, counted over five; control frames
 * count as well. Clients take that as final: a program that floods shall not come back by itself.
 */
export function limitTraffic(socket: WebSocket, perSecond: number): void {
  let left = perSecond * burstSeconds;
  let countedAt = performance.now();
  const count = () => {
    const now = performance.now();
    left = Math.min(perSecond * burstSeconds, left + ((now - countedAt) / 1_000) * perSecond) - 1;
    countedAt = now;
    if (left < 0) socket.close(4429, `Too many messages; this server takes ${perSecond} a second.`);
  };
  socket.on("message", count).on("ping", count).on("pong", count);
}

/** Whether more waits for a client than it should let wait. */
export const hasUnread = (socket: WebSocket): boolean => socket.bufferedAmount > maxUnread;

/** Waits until a client has read enough, or is gone: one that never reads answers no ping and is cut off by that. */
export async function untilRead(socket: WebSocket): Promise<void> {
  while (socket.readyState === socket.OPEN && hasUnread(socket)) await delay(lookInterval);
}
