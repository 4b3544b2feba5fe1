import { getEventListeners } from "node:events";
import type { RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { brotliCompressSync, gzipSync } from "node:zlib";
import t from "tap";
import { client, listen, loopback, refused, serve } from "../support/outbound.ts";
import { tlsCertificate } from "../support/tls-certificate.ts";

setDefaultCACertificates([...getCACertificates("bundled"), tlsCertificate.cert]);

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

t.test("finished requests leave no listener on the caller's signal", async (t) => {
  const warnings: Error[] = [];
  const note = (warning: Error) => void warnings.push(warning);
  process.on("warning", note);
  t.teardown(() => process.off("warning", note));
  const origin = await serve(t, (_request, response) => void response.end("x"));
  const http = client(t);
  const { signal } = new AbortController();
  const urls = [...Array.from({ length: 20 }, () => origin), "nonsense", "http://10.0.0.1"];
  await Promise.all(urls.map((url) => http.request({ url, signal })));
  t.equal(getEventListeners(signal, "abort").length, 0);
  t.strictSame(warnings, []);
});
