import { once } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import t from "tap";
import type WebSocket from "ws";
import { openAtelier } from "../support/atelier.ts";
import { countListeners } from "../support/count-listeners.ts";
import { init, openRawSocket, openSignedInSocket, subscribe } from "../support/raw-socket.ts";

const watch = "subscription { imageChanged { kind } }";

t.test("how much one person may open", async (t) => {
  const atelier = await openAtelier(t, { environment: { MAX_SOCKETS_PER_USER: "2", MAX_OPERATIONS_PER_SOCKET: "3" } });
  await atelier.listen();
  const ada = await atelier.signUp("Ada");
  const bob = await atelier.signUp("Bob");

  t.test("operations on one socket", async (t) => {
    const { say, hear, socket } = await openSignedInSocket(atelier, ada);
    say(...["1", "2", "3", "4"].map((id) => subscribe(id, watch)));
    t.match(await hear(), {
      ...{ id: "4", type: "error" },
      payload: [
        {
          message: "This socket has 3 operations running; the server allows 3.",
          extensions: { code: "LIMIT_EXCEEDED" },
        },
      ],
    });
    say({ type: "complete", id: "1" }, subscribe("5", "{ me { id } }"));
    t.match(await hear(), { id: "5", type: "next" }, "one that ends makes room");
    socket.close();
    await once(socket, "close");
  });

  t.test("sockets, counted for each person, and given back", async (t) => {
    for (let round = 0; round < 3; round += 1) {
      const open = [await openSignedInSocket(atelier, ada), await openSignedInSocket(atelier, ada)];
      const third = await openRawSocket(atelier);
      third.say(init(ada));
      t.match(await third.closed, { code: 1013, reason: "You have 2 sockets open; this server allows 2." });
      open.push(await openSignedInSocket(atelier, bob));
      await Promise.all(open.map(({ socket }) => hangUp(socket, round)));
    }
  });
});

t.test("who comes and goes leaves nothing behind", async (t) => {
  const atelier = await openAtelier(t);
  await atelier.listen();
  const ada = await atelier.signUp("Ada");
  const listening = countListeners(atelier);
  await ada.mutate("mutation ($input: GenerateImagesInput!) { generateImages(input: $input) { __typename } }", {
    ...{ prompt: "a kite", width: 256, height: 256 },
  });
  for (let round = 0; round < 30; round += 1) {
    const { say, hear, socket } = await openSignedInSocket(atelier, ada);
    say(subscribe("1", watch), subscribe("2", watch));
    await hear();
    await hear();
    t.ok(listening.now() >= 2);
    await hangUp(socket, round);
    await listening.none();
  }
  t.equal(atelier.app.server.listenerCount("upgrade"), 1);
});

t.test("who does not read is waited for, then cut off, and nobody else notices", async (t) => {
  const atelier = await openAtelier(t, { environment: { SOCKET_PING_SECONDS: "2", MAX_COST: "100000" } });
  await atelier.listen();
  const ada = await atelier.signUp("Ada");
  const generate = "mutation ($input: GenerateImagesInput!) { generateImages(input: $input) { __typename } }";
  for (let n = 0; n < 5; n += 1) {
    await ada.mutate(generate, { prompt: "a".repeat(2_000), width: 256, height: 256, count: 4 });
  }
  const serverSockets: Socket[] = [];
  atelier.app.server.on("connection", (socket) => serverSockets.push(socket));
  const stalled = await openSignedInSocket(atelier, ada);
  const [connection] = serverSockets;
  stalled.socket.pause();
  const nodes = Array.from({ length: 29 }, (_, n) => `p${n}: prompt`).join(" ");
  for (let n = 0; n < 45; n += 1) stalled.say(subscribe(`${n}`, `{ images(first: 100) { nodes { ${nodes} } } }`));

  const other = await openSignedInSocket(atelier, ada);
  let most = 0;
  let answered = 0;
  const isServed = () => connection?.destroyed === false;
  while (isServed()) {
    other.say(subscribe(`${(answered += 1)}`, "{ me { id } }"));
    t.match(await other.hear(), { type: "next" });
    await other.hear();
    most = Math.max(most, connection?.writableLength ?? 0);
    await delay(100);
  }
  // A mebibyte, and the answer that went over it.
  t.ok(most > 0 && most < 4 * 1_048_576, `${most} bytes waited`);
  other.say(subscribe("after", "{ me { id } }"));
  t.match(await other.hear(), { id: "after", type: "next" });
  other.socket.close();
  stalled.socket.resume();
  t.match(await stalled.closed, { code: 1006 });
});

t.test("a stop closes with 1012, and does not wait for who will not answer", async (t) => {
  const atelier = await openAtelier(t);
  await atelier.listen();
  const ada = await atelier.signUp("Ada");
  const sockets = [await openSignedInSocket(atelier, ada), await openRawSocket(atelier)];
  const deaf = await openSignedInSocket(atelier, ada);
  deaf.socket.pause();
  const started = performance.now();
  await atelier.app.close();
  t.ok(performance.now() - started < 15_000);
  for (const { closed } of sockets) t.match(await closed, { code: 1012, reason: "The server restarts." });
  deaf.socket.resume();
  deaf.socket.terminate();
});

/** Leaves in one of the ways in which clients do. */
async function hangUp(socket: WebSocket, round: number): Promise<void> {
  if (round % 2 === 0) socket.close();
  else socket.terminate();
  await once(socket, "close");
}
