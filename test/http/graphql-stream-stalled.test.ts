import net, { type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import t, { type Test } from "tap";
import { type Atelier, openAtelier, type Person } from "../support/atelier.ts";
import { countListeners } from "../support/count-listeners.ts";
import { readEvents, streamUrl } from "../support/event-source.ts";
import { eventually } from "../support/eventually.ts";
import { heldBuffers } from "../support/held-memory.ts";
import { personalWorkspace } from "../support/studio.ts";

const mebibyte = 1_048_576;
const watch = "subscription { imageChanged { kind } }";
const copies = Array.from({ length: 199 }, (_, n) => `p${n}: prompt`).join(" ");
/** Some four hundred kilobytes an event: a hundred of them are more than an operating system holds for a client. */
const watchMuch = `subscription { imageChanged { kind image { ${copies} } } }`;

/** An Atelier with a hundred pictures under way, and the server's side of a client that asked for them and does not read. */
async function stall(t: Test, environment: Record<string, string>) {
  const atelier = await openAtelier(t, { environment: { MAX_COST: "1000000", MAX_ALIASES: "200", ...environment } });
  await atelier.listen();
  const ada = await atelier.signUp("Ada");
  await manyImages(atelier, ada);
  const before = heldBuffers();
  const listening = countListeners(atelier);
  const server = new Promise<Socket>((resolve) => atelier.app.server.once("connection", resolve));
  const client = net.connect(Number(new URL(streamUrl(atelier)).port), "127.0.0.1");
  t.teardown(() => client.destroy());
  client.pause();
  const body = JSON.stringify({ query: watchMuch });
  client.write(
    [
      ...["POST /graphql/stream HTTP/1.1", "host: atelier.test", `authorization: Bearer ${ada.token}`],
      ...["accept: text/event-stream", "content-type: application/json", `content-length: ${Buffer.byteLength(body)}`],
      ...["", body],
    ].join("\r\n"),
  );
  const connection = await server;
  await eventually("an event waits for the client", () => connection.writableLength > 0);
  return { atelier, ada, before, listening, connection };
}

async function manyImages({ services }: Atelier, ada: Person): Promise<void> {
  const workspaceId =
    Buffer.from(await personalWorkspace(ada), "base64url")
      .toString()
      .split(":")[1] ?? "";
  const prompt = "a".repeat(2_000);
  await services.db.image.createMany({
    data: Array.from({ length: 100 }, () => ({
      ...{ workspaceId, batchId: workspaceId, prompt, promptSent: prompt },
      ...{ progress: 0, progressKind: "MEASURED" as const },
    })),
  });
}

t.test("an event stream that nobody reads is bounded, then cut off, and nobody else notices", async (t) => {
  const { atelier, ada, before, listening, connection } = await stall(t, { SOCKET_PING_SECONDS: "2" });
  const other = await readEvents(atelier, ada, { query: watch });
  let most = 0;
  let heard = 0;
  while (!connection.destroyed) {
    most = Math.max(most, connection.writableLength);
    if (heard < 100) {
      t.match(await other.data(), { data: { imageChanged: { kind: "SNAPSHOT" } } });
      heard += 1;
    } else await delay(20);
  }
  t.ok(most > 0 && most < mebibyte, `${most} bytes waited`);
  t.ok(heard > 0, "the other was served meanwhile");
  t.equal((await readEvents(atelier, ada, { query: "{ me { id } }" })).status, 200);
  other.close();
  await listening.none();
  await eventually("the memory is given back", () => heldBuffers() - before < mebibyte);
});

t.test("a stop does not wait for who does not read, nor does the end of their session", async (t) => {
  const { atelier, ada, connection } = await stall(t, { SOCKET_PING_SECONDS: "600" });
  await ada.request("mutation { logout(input: {}) { __typename } }");
  await eventually("they are cut off", () => connection.destroyed);
  await atelier.app.close();
  t.pass("and the server stops");
});
