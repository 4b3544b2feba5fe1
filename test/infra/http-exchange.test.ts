import { createServer as createTcpServer } from "node:net";
import { gzipSync } from "node:zlib";
import t from "tap";
import { client, listen, loopback, refused, serve } from "../support/outbound.ts";

t.test("the deadline ends a server that drips", async (t) => {
  const origin = await serve(t, (_request, response) => {
    response.write("x");
    const drip = setInterval(() => response.write("x"), 5);
    response.on("close", () => clearInterval(drip));
  });
  const result = await refused(t, { url: origin, deadlineMs: 100 }, "timeout");
  t.equal(result.requestSent, true);
});

t.test(
  "the deadline ends a server that says nothing, a name that never resolves and a handshake that never ends",
  { timeout: 5000 },
  async (t) => {
    const silent = await serve(t, () => undefined);
    t.equal((await refused(t, { url: silent, deadlineMs: 50 }, "timeout")).requestSent, true);
    const never = { ...loopback, resolve: () => new Promise<never>(() => undefined) };
    t.equal((await refused(t, { url: "http://slow.example", deadlineMs: 50 }, "timeout", never)).requestSent, false);
    const left = Promise.withResolvers<void>();
    const port = await listen(
      t,
      createTcpServer((socket) => void socket.on("close", () => left.resolve()).resume()),
    );
    const result = await refused(t, { url: `https://127.0.0.1:${port}`, deadlineMs: 50 }, "timeout");
    t.equal(result.requestSent, false);
    await left.promise;
  },
);

t.test("the connect limit is shorter than the deadline and means that nothing left", async (t) => {
  const port = await listen(t, createTcpServer());
  const result = await refused(t, { url: `https://127.0.0.1:${port}` }, "connect", {
    ...loopback,
    connectTimeoutMs: 50,
  });
  t.equal(result.requestSent, false);
});

t.test("bodies above the cap are refused: endless, announced and compressed", async (t) => {
  const bomb = gzipSync(Buffer.alloc(1_000_000));
  const origin = await serve(t, (request, response) => {
    if (request.url === "/endless") {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384)));
      };
      response.on("drain", more);
      more();
    } else if (request.url === "/announced") response.writeHead(200, { "content-length": "1000000" }).flushHeaders();
    else response.writeHead(200, { "content-encoding": "gzip" }).end(bomb);
  });
  for (const path of ["/endless", "/announced", "/bomb"]) {
    const result = await refused(t, { url: `${origin}${path}`, maxBytes: 100_000 }, "too_large");
    t.equal(result.requestSent, true, path);
  }
  t.match(await client(t).request({ url: `${origin}/announced`, method: "HEAD", maxBytes: 10 }), {
    ok: true,
    status: 200,
  });
});

t.test("a body of exactly the cap is accepted", async (t) => {
  const origin = await serve(t, (_request, response) => {
    response.write(Buffer.alloc(999), () => response.end("x"));
  });
  t.match(await client(t).request({ url: origin, maxBytes: 1000 }), { ok: true });
  await refused(t, { url: origin, maxBytes: 999 }, "too_large");
});

t.test("a connection that breaks before the answer is complete is reported once and not repeated", async (t) => {
  let requests = 0;
  const origin = await serve(t, (request, response) => {
    requests += 1;
    if (request.url === "/half") response.writeHead(200, { "content-length": "10" }).write("half");
    setImmediate(() => request.socket.destroy());
  });
  for (const path of ["/", "/half"]) {
    t.equal((await refused(t, { url: `${origin}${path}` }, "network")).requestSent, true, path);
  }
  t.equal(requests, 2);
});

t.test("an answer can be heard while it arrives", async (t) => {
  const { promise: heard, resolve: hear } = Promise.withResolvers<void>();
  const origin = await serve(t, (request, response) => {
    if (request.url === "/zip")
      return void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("hello"));
    response.writeHead(202, { "x-kind": "drops" }).write("first ");
    return void heard.then(() => response.end("second"));
  });
  const parts: string[] = [];
  const result = await client(t).request({
    url: origin,
    onChunk: (chunk, { status, headers }) => {
      parts.push(`${status} ${headers["x-kind"]} ${chunk.toString()}`);
      hear();
      return false;
    },
  });
  t.same(parts, ["202 drops first ", "202 drops second"]);
  t.equal(result.ok && result.body.toString(), "first second", "and is whole at the end");
  const compressed: Buffer[] = [];
  const zipped = await client(t).request({ url: `${origin}/zip`, onChunk: (chunk) => compressed.push(chunk) > 0 });
  t.equal(zipped.ok && zipped.body.toString(), "hello");
  t.same(compressed, [], "what is compressed is not told in pieces");
  const taken = await client(t).request({ url: origin, onChunk: (chunk) => chunk.toString() === "first " });
  t.equal(taken.ok && taken.body.toString(), "second", "what is taken is not kept twice");
  const broken = client(t).request({
    url: origin,
    onChunk: () => {
      throw new Error("a bug of the listener");
    },
  });
  await t.rejects(broken, { message: "a bug of the listener" });
});
