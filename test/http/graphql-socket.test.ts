import { once } from "node:events";
import net from "node:net";
import t from "tap";
import WebSocket, { type ClientOptions } from "ws";
import { type Atelier, openAtelier } from "../support/atelier.ts";
import { firstClose } from "../support/first-close.ts";
import { init, type Message, openRawSocket, openSignedInSocket, socketUrl, subscribe } from "../support/raw-socket.ts";

const watch = "subscription { imageChanged { kind } }";

t.test("the way in", async (t) => {
  const atelier = await openAtelier(t, { environment: { CORS_ORIGINS: "https://app.example.org" } });
  await atelier.listen();
  const url = socketUrl(atelier);
  const refusals: readonly [string, string, string | string[], ClientOptions, number, RegExp][] = [
    ["another path", `${url}/more`, "graphql-transport-ws", {}, 404, /Websockets are served on \/graphql\./],
    ["a foreign page", url, "graphql-transport-ws", { origin: "https://evil.example" }, 403, /CORS_ORIGINS/],
    ["a page without an origin", url, "graphql-transport-ws", { origin: "null" }, 403, /CORS_ORIGINS/],
  ];
  for (const [what, address, protocol, options, status, message] of refusals) {
    t.test(`${what} is refused with ${status}`, async (t) => {
      t.match(await refusal(address, protocol, options), { status, body: message });
    });
  }

  t.test("a client that does not offer the protocol is closed with 4406", async (t) => {
    const closing = { code: 4406, reason: "Subprotocol not acceptable" };
    for (const offered of [null, "graphql-ws", "json, graphql-ws"]) {
      const headers = offered === null ? {} : { "sec-websocket-protocol": offered };
      t.same(await firstClose(url, headers), closing, offered ?? "none at all");
    }
    const several = new WebSocket(url, ["graphql-ws", "graphql-transport-ws"]);
    await once(several, "open");
    t.equal(several.protocol, "graphql-transport-ws", "one among others is enough");
    several.terminate();
  });

  t.test("our own pages and listed ones come in, and so does who names no origin", async (t) => {
    const { host } = new URL(url);
    for (const origin of [undefined, "https://app.example.org", "http://atelier.test", `http://${host}`]) {
      const { socket } = await openRawSocket(atelier, origin === undefined ? {} : { origin });
      t.equal(socket.protocol, "graphql-transport-ws", origin ?? "no origin");
      socket.terminate();
    }
  });

  t.test("an address that cannot be read, and one who hangs up, do no harm", async (t) => {
    const { port } = new URL(url);
    const upgrade = (path: string) =>
      `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
    for (const path of ["//", "http://[", "/%zz"]) {
      const socket = net.connect(Number(port), "127.0.0.1", () => socket.write(upgrade(path)));
      t.match(String((await once(socket, "data"))[0]), /^HTTP\/1\.1 404 Not Found\r\n/, path);
      await once(socket, "close");
    }
    const rude = net.connect(Number(port), "127.0.0.1", () =>
      rude.write(upgrade("/graphql"), () => rude.resetAndDestroy()),
    );
    await once(rude, "close");
    t.equal((await fetch(url.replace("ws", "http").replace("/graphql", "/livez"))).status, 200, "the server lives");
  });
});

t.test("the protocol", async (t) => {
  const environment = { MAX_SOCKETS_PER_USER: "100", MAX_SOCKET_MESSAGE_BYTES: "20000" };
  const atelier = await openAtelier(t, { environment });
  await atelier.listen();
  const ada = await atelier.signUp("Ada");
  const expired = await expiredToken(atelier);

  const closes: readonly [string, readonly (Message | string | Buffer)[], number, RegExp][] = [
    ["an operation before the init", [subscribe("1", watch)], 4401, /Unauthorized/],
    ["an init without credentials", [{ type: "connection_init" }], 4401, /Sign in first/],
    ["a credential that is none", [init({ token: "nonsense" })], 4401, /malformed or was not issued here/],
    ["another scheme", [{ type: "connection_init", payload: { authorization: "Basic x" } }], 4401, /not `Bearer/],
    ["a credential of another type", [{ type: "connection_init", payload: { authorization: 7 } }], 4401, /not `Bearer/],
    ["an expired token", [init({ token: expired })], 4403, /The access token has expired/],
    ["two inits", [init(ada), init(ada)], 4429, /Too many initialisation requests/],
    ["an operation's id twice", [init(ada), subscribe("1", watch), subscribe("1", watch)], 4409, /1 already exists/],
    ["a message of no known type", [{ type: "start" }], 4400, /Invalid message received/],
    ["a text that is no message", ["hello"], 4400, /Invalid message received/],
    ["a message without a type", [JSON.stringify({ id: "1" })], 4400, /Invalid message received/],
    ["a list of messages", ["[]"], 4400, /Invalid message received/],
    ["a binary message", [init(ada), Buffer.from(JSON.stringify({ type: "ping" }))], 4400, /text, not binary/],
    ["an operation without an id", [init(ada), { type: "subscribe", payload: { query: watch } }], 4400, /Invalid/],
    ["an operation without a document", [init(ada), { type: "subscribe", id: "1", payload: {} }], 4400, /Invalid/],
    ["a message over the size", [init(ada), subscribe("1", `{ me { id } } #${"x".repeat(20_000)}`)], 1009, /^$/],
  ];
  for (const [what, messages, code, reason] of closes) {
    t.test(`${what} closes with ${code}`, async (t) => {
      const { say, hear, closed } = await openRawSocket(atelier);
      const [first = "", ...rest] = messages;
      say(first);
      if (rest.length > 0) await hear();
      say(...rest);
      t.match(await closed, { code, reason });
    });
  }

  t.test("pings are answered with what they carried, before and after the init", async (t) => {
    const { say, hear, socket } = await openRawSocket(atelier);
    say({ type: "ping", payload: { n: 1 } });
    t.same(await hear(), { type: "pong", payload: { n: 1 } });
    say(init(ada));
    t.same(await hear(), { type: "connection_ack" });
    say({ type: "pong" }, { type: "ping" });
    t.same(await hear(), { type: "pong" }, "a pong nobody asked for is nothing");
    say({ type: "complete", id: "never begun" }, { type: "ping" });
    t.same(await hear(), { type: "pong" }, "nor is the end of what never began");
    socket.terminate();
  });

  t.test("a database that is away closes with what clients retry", async (t) => {
    const { data } = await ada.request("{ me { id } }");
    t.ok(data.me.id);
    const script = await atelier.apiToken(ada, ["images:read"]);
    const { db } = atelier.services;
    await db.$executeRaw`alter table api_token rename to api_token_away`;
    const { say, closed } = await openRawSocket(atelier);
    say(init(script));
    t.match(await closed, { code: 1013, reason: /Try again/ });
    await db.$executeRaw`alter table api_token_away rename to api_token`;
    (await openSignedInSocket(atelier, script)).socket.terminate();
  });

  t.test("a flood closes with 4429, control frames included", async (t) => {
    const ping = { type: "ping" };
    const flood = await openSignedInSocket(atelier, ada);
    flood.say(...Array.from({ length: 100 }, () => ping));
    t.match(await flood.closed, { code: 4429, reason: "Too many messages; this server takes 20 a second." });
    const frames = await openRawSocket(atelier);
    while (frames.socket.readyState === frames.socket.OPEN) {
      frames.socket.ping();
      await Promise.race([once(frames.socket, "pong"), frames.closed]);
    }
    t.match(await frames.closed, { code: 4429 });
    const burst = await openSignedInSocket(atelier, ada);
    burst.say(...Array.from({ length: 50 }, (_, n) => subscribe(`${n}`, "{ me { id } }")));
    for (let n = 0; n < 100; n += 1) await burst.hear();
    t.equal(burst.socket.readyState, burst.socket.OPEN, "everything at once, as a page does that comes back, is fine");
    burst.socket.terminate();
  });

  t.test("no init in time closes with 4408", async (t) => {
    const { closed } = await openRawSocket(atelier);
    t.match(await closed, { code: 4408, reason: "Connection initialisation timeout" });
  });

  t.test("a token that ends meanwhile closes with 4403", async (t) => {
    const person = await atelier.signUp("Eve");
    const { exp } = JSON.parse(Buffer.from(person.token?.split(".")[1] ?? "", "base64url").toString());
    atelier.clock.set(new Date(exp * 1_000 - 200));
    const { say, hear, closed } = await openSignedInSocket(atelier, person);
    say(subscribe("1", "{ me { displayName } }"));
    t.match(await hear(), { id: "1", type: "next", payload: { data: { me: { displayName: "Eve" } } } });
    t.match(await closed, { code: 4403, reason: "The access token has expired." });
    atelier.clock.set(new Date());
  });

  t.test("an operation that is refused is told so, and the socket stays open", async (t) => {
    const { say, hear, socket } = await openSignedInSocket(atelier, ada);
    const deep = "{ me { ".concat("workspaces { ".repeat(13), "id", " }".repeat(15));
    const refused: readonly [string, Message, string, RegExp][] = [
      ["syntax", subscribe("1", "{ me {"), "GRAPHQL_PARSE_FAILED", /Syntax Error/],
      ["unknown field", subscribe("2", "subscription { imageChanged { nope } }"), "GRAPHQL_VALIDATION_FAILED", /nope/],
      [
        "wide",
        subscribe("3", `{ ${Array.from({ length: 31 }, (_, n) => `a${n}: me { id }`).join(" ")} }`),
        "LIMIT_EXCEEDED",
        /aliases: 31/,
      ],
      ["tokens", subscribe("4", `{ me { ${"id ".repeat(1_600)} } }`), "LIMIT_EXCEEDED", /tokens: 1501/],
      [
        "costly",
        subscribe(
          "5",
          "query ($n: Int = 100) { images(first: $n) { nodes { workspace { id } a: workspace { id } ...F ...F ...F ...F ...F ...F ...F ...F ...F ...F } } } fragment F on Image { workspace { id name role timeZone isPersonal } b: workspace { id name role timeZone } }",
        ),
        "LIMIT_EXCEEDED",
        /cost: /,
      ],
      ["several operations", subscribe("6", "query A { me { id } } query B { me { id } }"), "BAD_REQUEST", /A, B/],
      ["no field below", subscribe("7", deep), "GRAPHQL_VALIDATION_FAILED", /workspaces/],
    ];
    for (const [what, message, code, text] of refused) {
      say(message);
      const answer = await hear();
      t.match(answer, { id: message.id, type: "error", payload: [{ message: text, extensions: { code } }] }, what);
    }
    say({ type: "ping" });
    t.match(await hear(), { type: "pong" });
    socket.close();
  });

  t.test("queries and mutations run too, and failures look as they do over HTTP", async (t) => {
    const { say, hear, socket } = await openSignedInSocket(atelier, ada);
    const answer = async (message: Message) => {
      say(message);
      const found = await hear();
      t.match(await hear(), { id: message.id, type: "complete" });
      return found.payload;
    };
    t.same(await answer(subscribe("1", "{ me { id } }")), { data: { me: { id: ada.id } } });
    const review = "mutation ($input: ReviewImagesInput!) { reviewImages(input: $input) { ... on Error { code } } }";
    t.same(await answer(subscribe("2", review, { input: { imageIds: [], decision: "APPROVE" } })), {
      data: { reviewImages: { code: "VALIDATION_FAILED" } },
    });
    for (const [n, [query, variables]] of (
      [
        ["{ images(first: 0) { totalCount } }", {}],
        ["query ($n: Int!) { images(first: $n) { totalCount } }", { n: "x" }],
        [`{ node(id: "x") { id } images(after: "x") { totalCount } }`, {}],
      ] as const
    ).entries()) {
      t.same(await answer(subscribe(`e${n}`, query, variables)), await ada.request(query, variables));
    }
    socket.close();
  });

  t.test("a subscription that cannot begin says why", async (t) => {
    const { say, hear, socket } = await openSignedInSocket(atelier, ada);
    say(subscribe("1", 'subscription { imageChanged(after: "garbage") { kind } }'));
    t.match(await hear(), { id: "1", payload: { errors: [{ extensions: { code: "BAD_USER_INPUT" } }] } });
    t.match(await hear(), { id: "1", type: "complete" });
    socket.close();
  });
});

function refusal(url: string, protocol: string | string[], options: ClientOptions) {
  return new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const socket = new WebSocket(url, protocol, options);
    socket.on("open", () => reject(new Error("The server let it in.")));
    socket.on("error", () => undefined);
    socket.on("unexpected-response", (_request, response) => {
      response.setEncoding("utf8");
      response.on("data", (body: string) => resolve({ status: response.statusCode, body }));
    });
  });
}

async function expiredToken(atelier: Atelier): Promise<string | null> {
  const now = atelier.clock.now();
  atelier.clock.advance(-16 * 60_000);
  const { token } = await atelier.signUp("Old");
  atelier.clock.set(now);
  return token;
}
