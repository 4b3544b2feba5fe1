import { createServer as createTcpServer } from "node:net";
import fc from "fast-check";
import t from "tap";
import { client, listen, loopback, refused, secure, serve } from "../support/outbound.ts";

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
