import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { brotliCompressSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import t, { type Test } from "tap";
import { createOutboundHttp, type OutboundHttpOptions, type OutboundRequest } from "../../src/infra/outbound-http.ts";
import { tlsCertificate } from "../support/tls-certificate.ts";

setDefaultCACertificates([...getCACertificates("bundled"), tlsCertificate.cert]);

const secure = { allowedNetworks: [], allowHttp: false } as const;
const loopback = { allowedNetworks: ["127.0.0.0/8"], allowHttp: true } as const;

function client(t: Test, options: OutboundHttpOptions = loopback) {
  const http = createOutboundHttp(options);
  t.teardown(() => http.close());
  return http;
}

async function listen(t: Test, server: Server): Promise<number> {
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const serve = async (t: Test, listener: RequestListener) =>
  `http://127.0.0.1:${await listen(t, createHttpServer(listener))}`;

async function refused(t: Test, request: OutboundRequest, reason: string, options: OutboundHttpOptions = loopback) {
  const result = await client(t, options).request(request);
  if (result.ok) t.fail(`${request.url} was answered with ${result.status}`);
  else t.equal(result.reason, reason, result.detail);
  return result.ok ? { requestSent: true, message: "" } : result;
}

t.test("a request arrives as written and its answer comes back whole", async (t) => {
  const seen: unknown[] = [];
  const origin = await serve(t, (request, response) => {
    request.setEncoding("utf8");
    let body = "";
    request.on("data", (part: string) => (body += part));
    request.on("end", () => {
      const { "content-type": type, authorization, "accept-encoding": encoding, connection } = request.headers;
      seen.push({ method: request.method, url: request.url, type, authorization, encoding, connection, body });
      response.writeHead(418, { "x-many": ["a", "b"] }).end("short and stout");
    });
  });
  const result = await client(t).request({
    url: `${origin}/pot?q=%20#part`,
    method: "POST",
    headers: { Authorization: "Bearer x", "content-type": "application/json" },
    body: '{"a":"é"}',
  });
  t.match(result, { ok: true, status: 418, headers: { "x-many": "a, b" }, url: `${origin}/pot?q=%20` });
  t.equal(result.ok && result.body.toString(), "short and stout");
  t.strictSame(seen, [
    {
      method: "POST",
      url: "/pot?q=%20",
      type: "application/json",
      authorization: "Bearer x",
      encoding: "identity",
      connection: "close",
      body: '{"a":"é"}',
    },
  ]);
});

t.test("a form is sent as multipart with its boundary", async (t) => {
  const origin = await serve(t, (request, response) => {
    response
      .setHeader("x-type", request.headers["content-type"] ?? "")
      .setHeader("x-length", request.headers["content-length"] ?? "");
    request.pipe(response);
  });
  const form = new FormData();
  form.set("file", new Blob(["bytes"]), "a.png");
  const result = await client(t).request({ url: origin, method: "POST", body: form });
  if (!result.ok) return void t.fail(result.detail);
  t.match(result.headers["x-type"], /^multipart\/form-data; boundary=/);
  t.equal(Number(result.headers["x-length"]), result.body.length);
  t.match(result.body.toString(), /filename="a\.png"[^]*bytes/);
});

t.test("https checks the certificate against the name while the address is pinned", async (t) => {
  const port = await listen(
    t,
    createHttpsServer(tlsCertificate, (request, response) => void response.end(request.headers.host)),
  );
  const options = { ...loopback, allowHttp: false, resolve: async () => ["127.0.0.1"] };
  const result = await client(t, options).request({ url: `https://atelier.test.:${port}/` });
  t.equal(result.ok && result.body.toString(), `atelier.test:${port}`, "the trailing dot is gone");
  const impostor = await refused(t, { url: `https://impostor.test:${port}/` }, "connect", options);
  t.equal(impostor.requestSent, false);
});

t.test("addresses that are not plain web addresses are refused before anything is looked up", async (t) => {
  const resolve = async () => t.fail("resolved") as never;
  const urls = [
    "",
    "nonsense",
    "ftp://example.org/",
    "file:///etc/passwd",
    "https://u:p@example.org/",
    "https://u@example.org/",
    "https://example.org../",
    `https://example.org/${"a".repeat(5000)}`,
    "http://example.org/",
  ];
  for (const url of urls) {
    t.equal((await refused(t, { url }, "bad_url", { ...secure, resolve })).requestSent, false, url.slice(0, 40));
  }
});

t.test("no spelling of a private address is connected to", async (t) => {
  const http = client(t, {
    ...secure,
    allowHttp: true,
    resolve: async () => t.fail("a literal was resolved") as never,
  });
  const octet = fc.integer({ min: 0, max: 255 });
  const privateIpv4 = fc.oneof(
    fc.tuple(fc.constantFrom(0, 10, 127, 224, 240, 255), octet, octet, octet),
    fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
    fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
    fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
    fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
  );
  type Octets = [number, number, number, number];
  const value = ([a, b, c, d]: Octets) => ((a * 256 + b) * 256 + c) * 256 + d;
  const groups = (octets: Octets) => `${(value(octets) >>> 16).toString(16)}:${(value(octets) & 0xffff).toString(16)}`;
  const spellings: ((octets: Octets) => string)[] = [
    (o) => o.join("."),
    (o) => `${o.join(".")}.`,
    (o) => String(value(o)),
    (o) => `0x${value(o).toString(16)}`,
    (o) => `0${value(o).toString(8)}`,
    (o) => o.map((part) => `0${part.toString(8)}`).join("."),
    (o) => o.map((part) => `0X${part.toString(16).toUpperCase()}`).join("."),
    ([a, b, c, d]) => `${a}.${(b * 256 + c) * 256 + d}`,
    ([a, b, c, d]) => `${a}.${b}.${c * 256 + d}`,
    (o) => o.join(".").replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))),
    (o) => o.join("。"),
    (o) => o.join(".").replace(/\d/g, (digit) => `%3${digit}`),
    (o) => `[::ffff:${o.join(".")}]`,
    (o) => `[0:0:0:0:0:FFFF:${groups(o)}]`,
    (o) => `[::${o.join(".")}]`,
    (o) => `[64:ff9b::${groups(o)}]`,
    (o) => `[64:ff9b:1::${groups(o)}]`,
    (o) => `[2002:${groups(o)}::1]`,
    (o) => `[2001:0:${groups(o)}::1]`,
    (o) => `[::ffff:0:${groups(o)}]`,
    (o) => `[fd00::${groups(o)}]`,
    (o) => `[fe80::${groups(o)}]`,
  ];
  await fc.assert(
    fc.asyncProperty(
      privateIpv4,
      fc.constantFrom(...spellings),
      fc.constantFrom("http", "https"),
      async (octets, spell, scheme) => {
        const result = await http.request({ url: `${scheme}://${spell(octets)}/` });
        return !result.ok && result.reason === "blocked" && !result.requestSent;
      },
    ),
    { numRuns: 500 },
  );
});

t.test("a name is refused when any of its addresses is private", async (t) => {
  for (const addresses of [
    ["127.0.0.1"],
    ["8.8.8.8", "10.0.0.1"],
    ["2606:4700::1", "::1"],
    ["::ffff:169.254.169.254"],
  ]) {
    await refused(t, { url: "https://rebind.example/" }, "blocked", { ...secure, resolve: async () => addresses });
  }
  await refused(t, { url: "https://localhost./" }, "blocked", secure);
});

t.test("the connection goes to the address that was checked, even if the name has changed since", async (t) => {
  const origin = await serve(t, (_request, response) => void response.end("checked"));
  const answers = [["127.0.0.1"], ["10.0.0.1"]];
  const http = client(t, { ...loopback, resolve: async () => answers.shift() ?? [] });
  const result = await http.request({ url: origin.replace("127.0.0.1", "rebind.example") });
  t.equal(result.ok && result.body.toString(), "checked");
  t.equal(answers.length, 1, "resolved once");
});

t.test("users cannot tell a hidden host from a missing one", async (t) => {
  const gone = await refused(t, { url: "https://gone.example/" }, "dns", {
    ...secure,
    resolve: () => Promise.reject(new Error("ENOTFOUND")),
  });
  const empty = await refused(t, { url: "https://gone.example/" }, "dns", { ...secure, resolve: async () => [] });
  const hidden = await refused(t, { url: "https://intranet.example/" }, "blocked", {
    ...secure,
    resolve: async () => ["10.0.0.1"],
  });
  const server = createTcpServer();
  const port = await listen(t, server);
  await new Promise((resolve) => server.close(resolve));
  const closed = await refused(t, { url: `http://127.0.0.1:${port}` }, "connect");
  t.same([empty.message, hidden.message, closed.message], [gone.message, gone.message, gone.message]);
  t.notMatch(gone.message, /gone|10\.0|127/);
  t.same(
    [gone, empty, hidden, closed].map((result) => result.requestSent),
    [false, false, false, false],
  );
});

t.test("redirects", async (t) => {
  const seen: [string | undefined, string | undefined, string | undefined][] = [];
  const listener: RequestListener = (request, response) => {
    const url = request.url ?? "";
    seen.push([request.method, request.headers.authorization, request.headers["x-api-key"] as string | undefined]);
    const to = decodeURIComponent(url.split("to=")[1] ?? "");
    if (url.startsWith("/loop")) response.writeHead(302, { location: "/loop" }).end();
    else if (to) response.writeHead(307, { location: to }).end("moved");
    else response.end("arrived");
  };
  const origin = await serve(t, listener);
  const other = await serve(t, listener);
  const to = (place: string) => `${origin}/?to=${encodeURIComponent(place)}`;
  const headers = { authorization: "Bearer x", "x-api-key": "k" };
  t.beforeEach(() => {
    seen.length = 0;
  });

  t.test("are the answer unless asked to follow", async (t) => {
    t.match(await client(t).request({ url: to("/x") }), { ok: true, status: 307, headers: { location: "/x" } });
  });
  t.test("keep credentials on the same origin", async (t) => {
    t.match(await client(t).request({ url: to("/end"), redirects: 1, headers }), {
      ok: true,
      status: 200,
      url: `${origin}/end`,
    });
    t.strictSame(seen, [
      ["GET", "Bearer x", "k"],
      ["GET", "Bearer x", "k"],
    ]);
  });
  t.test("drop every credential across origins, and do not regain it on the way back", async (t) => {
    const back = `${other}/?to=${encodeURIComponent(`${origin}/end`)}`;
    t.match(await client(t).request({ url: to(back), redirects: 2, headers }), { ok: true, url: `${origin}/end` });
    t.strictSame(seen, [
      ["GET", "Bearer x", "k"],
      ["GET", undefined, undefined],
      ["GET", undefined, undefined],
    ]);
  });
  t.test("to a private address are blocked", async (t) => {
    for (const place of [
      "http://10.0.0.1/",
      "http://[::ffff:7f00:1]:1/",
      "//169.254.169.254/latest",
      "http://localhost/",
    ]) {
      const only = { allowHttp: true, allowedNetworks: ["127.0.0.1/32"], resolve: async () => ["127.0.0.2"] };
      const reason = place.includes("7f00") ? "connect" : "blocked";
      t.equal((await refused(t, { url: to(place), redirects: 3 }, reason, only)).requestSent, true);
    }
  });
  t.test("to another scheme are refused", async (t) => {
    await refused(t, { url: to("file:///etc/passwd"), redirects: 3 }, "bad_url");
  });
  t.test("from https to http are blocked", async (t) => {
    const port = await listen(t, createHttpsServer(tlsCertificate, listener));
    const options = { ...loopback, resolve: async () => ["127.0.0.1"] };
    const url = `https://atelier.test:${port}/?to=${encodeURIComponent(`${origin}/end`)}`;
    await refused(t, { url, redirects: 3 }, "blocked", options);
    t.equal(seen.length, 1);
  });
  t.test("end after the given number", async (t) => {
    await refused(t, { url: `${origin}/loop`, redirects: 3 }, "too_many_redirects");
    t.equal(seen.length, 4);
  });
  t.test("are never followed by a write", async (t) => {
    t.match(await client(t).request({ url: to("/end"), method: "POST", body: "x", redirects: 3 }), {
      ok: true,
      status: 307,
    });
    t.equal(seen.length, 1);
  });
});

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

t.test("answers compressed against our wish are decoded, unknown and stacked codings refused", async (t) => {
  const encodings: Record<string, Buffer> = { gzip: gzipSync("hello"), br: brotliCompressSync("hello") };
  const origin = await serve(t, (request, response) => {
    const name = (request.url ?? "").slice(1).replace("+", ", ");
    response.writeHead(200, { "content-encoding": name }).end(encodings[name] ?? "hello");
  });
  for (const name of ["gzip", "br", "identity"]) {
    const result = await client(t).request({ url: `${origin}/${name}` });
    t.equal(result.ok && result.body.toString(), "hello", name);
  }
  for (const name of ["zstd", "gzip+gzip", "deflate"]) await refused(t, { url: `${origin}/${name}` }, "network");
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

t.test("a caller may stop a request, and closing stops them all", async (t) => {
  const arrived = Promise.withResolvers<void>();
  const origin = await serve(t, () => arrived.resolve());
  const http = client(t);
  const early = await http.request({ url: origin, signal: AbortSignal.abort() });
  t.match(early, { ok: false, reason: "aborted", requestSent: false });
  const stop = new AbortController();
  const stopped = http.request({ url: origin, signal: stop.signal });
  const closed = http.request({ url: origin });
  await arrived.promise;
  stop.abort();
  t.match(await stopped, { ok: false, reason: "aborted" });
  await http.close();
  t.match(await closed, { ok: false, reason: "aborted" });
  t.match(await http.request({ url: origin }), { ok: false, reason: "aborted", requestSent: false });
});

t.test("headers that the client owns are a mistake in the caller; a forbidden character is a value", async (t) => {
  for (const name of ["Host", "content-length", "Transfer-Encoding", "Proxy-Authorization", "Accept-Encoding"]) {
    await t.rejects(client(t).request({ url: "https://example.org", headers: { [name]: "x" } }), TypeError, name);
  }
  const result = await refused(t, { url: "http://127.0.0.1:9", headers: { authorization: "a\r\nb: c" } }, "network");
  t.equal(result.requestSent, false);
});
