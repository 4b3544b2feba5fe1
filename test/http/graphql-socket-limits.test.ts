/** What holds for an operation over HTTP holds over the socket. */
import { once } from "node:events";
import t from "tap";
import { openAtelier } from "../support/atelier.ts";
import { type Message, openRawSocket, openSignedInSocket, type RawSocket, subscribe } from "../support/raw-socket.ts";

const watch = "subscription { imageChanged { kind } }";

t.test("an operation is told the same over the socket as over HTTP", async (t) => {
  const atelier = await openAtelier(t, {
    environment: { LOGIN_TRIES_PER_ACCOUNT: "3/60", MAX_DOCUMENT_DEPTH: "3", MAX_COST: "300" },
  });
  await atelier.listen();
  const ada = await atelier.signUp("Ada");
  const socket = await openSignedInSocket(atelier, ada);
  const aliased = Array.from({ length: 29 }, (_, n) => `a${n}: prompt`).join(" ");
  const cases: readonly [string, string, Record<string, unknown>, string][] = [
    ["depth", "{ me { workspaces { members { totalCount } } } }", {}, "LIMIT_EXCEEDED"],
    ["aliases", `{ ${Array.from({ length: 31 }, (_, n) => `a${n}: me { id }`).join(" ")} }`, {}, "LIMIT_EXCEEDED"],
    ["directives", `{ me { ${"id @include(if: true) ".repeat(60)} } }`, {}, "LIMIT_EXCEEDED"],
    ["tokens", `{ me { ${"id ".repeat(1_600)} } }`, {}, "LIMIT_EXCEEDED"],
    ["characters", `{ me { id } } #${"x".repeat(15_000)}`, {}, "LIMIT_EXCEEDED"],
    [
      "cost of a query",
      "query ($n: Int!) { images(first: $n) { nodes { id prompt status } } }",
      { n: 100 },
      "LIMIT_EXCEEDED",
    ],
    [
      "cost of a mutation",
      `mutation ($input: GenerateImagesInput!) { generateImages(input: $input) { ... on GenerateImagesSuccess { images { id ${aliased} } } } }`,
      { input: { prompt: "a boat" } },
      "LIMIT_EXCEEDED",
    ],
    ["syntax", "{ me {", {}, "GRAPHQL_PARSE_FAILED"],
    ["an unknown field", "{ nope }", {}, "GRAPHQL_VALIDATION_FAILED"],
    ["several operations", "query A { me { id } } query B { me { id } }", {}, "BAD_REQUEST"],
    [
      "a variable of the wrong type",
      "query ($n: Int!) { images(first: $n) { totalCount } }",
      { n: "x" },
      "BAD_USER_INPUT",
    ],
    ["a cursor that is none", '{ images(after: "x") { totalCount } }', {}, "BAD_USER_INPUT"],
  ];
  for (const [index, [what, query, variables, code]] of cases.entries()) {
    const overHttp = await ada.request(query, variables);
    const errors = await errorsOver(socket, subscribe(`${index}`, query, variables));
    t.match(errors, [{ extensions: { code } }], what);
    t.same(errors, overHttp.errors, `${what}: the same words`);
  }

  const login = "mutation ($input: LoginInput!) { login(input: $input) { __typename ... on Error { code } } }";
  const input = { email: ada.email, password: "not the password" };
  const codes: unknown[] = [];
  for (let n = 0; n < 4; n += 1) {
    socket.say(subscribe(`login ${n}`, login, { input }));
    const { payload } = await socket.hear();
    codes.push(payload);
    await socket.hear();
  }
  t.match(codes[0], { data: { login: { code: "INVALID_CREDENTIALS" } } });
  t.match(codes[3], { data: { login: { code: "RATE_LIMITED" } } }, "tries are counted over the socket");
  t.match(await ada.request(login, { input }), codes[3], "and by the same count over HTTP");
  socket.socket.close();
});

t.test("the limits without any setting: 5 sockets, 50 operations, 16 KB, 3 s", async (t) => {
  const atelier = await openAtelier(t);
  await atelier.listen();
  const ada = await atelier.signUp("Ada");
  const late = await openRawSocket(atelier);
  const opened = performance.now();
  const open: RawSocket[] = [];
  for (let n = 0; n < 5; n += 1) open.push(await openSignedInSocket(atelier, ada));
  const sixth = await openRawSocket(atelier);
  sixth.say({ type: "connection_init", payload: { authorization: `Bearer ${ada.token}` } });
  t.match(await sixth.closed, { code: 1013, reason: "You have 5 sockets open; this server allows 5." });

  const [first, second] = open;
  if (first === undefined || second === undefined) throw new Error("No socket.");
  first.say(...Array.from({ length: 51 }, (_, n) => subscribe(`${n}`, watch)));
  t.match(await first.hear(), { id: "50", type: "error", payload: [{ extensions: { code: "LIMIT_EXCEEDED" } }] });

  const frame = (bytes: number) => {
    const message = JSON.stringify(subscribe("1", "{ me { id } } #"));
    return message.replace("#", `#${"x".repeat(bytes - message.length)}`);
  };
  second.say(frame(16_384));
  t.match(
    await second.hear(),
    { id: "1", payload: [{ extensions: { code: "LIMIT_EXCEEDED" } }] },
    "read, and too long",
  );
  second.say(frame(16_385));
  t.match(await second.closed, { code: 1009 });

  t.match(await late.closed, { code: 4408 });
  t.ok(performance.now() - opened >= 2_900, "not before its time");
  for (const { socket } of open) socket.terminate();
});

t.test("the server pings, and cuts off who does not answer", async (t) => {
  const atelier = await openAtelier(t, { environment: { SOCKET_PING_SECONDS: "1" } });
  await atelier.listen();
  const ada = await atelier.signUp("Ada");
  const answering = await openSignedInSocket(atelier, ada);
  const silent = await openRawSocket(atelier, { autoPong: false });
  silent.say({ type: "connection_init", payload: { authorization: `Bearer ${ada.token}` } });
  await silent.hear();
  t.match(await silent.closed, { code: 1006 });
  await once(answering.socket, "ping");
  answering.say(subscribe("1", "{ me { id } }"));
  t.match(await answering.hear(), { id: "1", type: "next" }, "the other one is still served");
  answering.socket.close();
});

/** What an operation is refused with, before or while it runs. */
async function errorsOver({ say, hear }: RawSocket, message: Message): Promise<unknown> {
  say(message);
  const { type, payload } = await hear();
  if (type === "error") return payload;
  await hear();
  return typeof payload === "object" && payload !== null && "errors" in payload ? payload.errors : null;
}
