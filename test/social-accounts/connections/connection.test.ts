import { Writable } from "node:stream";
import { pino } from "pino";
import t from "tap";
import { forgetConnections } from "../../../src/social-accounts/connections/forget-connections.ts";
import { openAccountDesk } from "../../support/account-desk.ts";
import { accountOperations } from "../../support/account-operations.ts";
import { rowIdOf } from "../../support/studio.ts";

const { complete, connection } = accountOperations;
const minute = 60_000;

t.test("an account is connected by signing in at its platform", async (t) => {
  const desk = await openAccountDesk(t);
  const { square, atelier } = desk;
  const { connectionId, authorisationUrl, state } = await desk.start();
  t.match(authorisationUrl, /^https:\/\/square\.test\/authorise/);
  const [asked] = square.asked;
  t.match(asked, { method: "squareLogin", server: null, redirectUri: "http://atelier.test/connect/square/callback" });
  t.match(asked?.codeChallenge, /^[\w-]{43}$/);
  const at = async () => (await desk.ada.request(connection, { id: connectionId })).data.connection;
  t.match(await at(), { status: "STARTED", platform: "SQUARE", method: "SQUARE_LOGIN", choices: [] });
  t.match(await desk.ada.mutate(complete, { connectionId }), { __typename: "ConflictError", message: /come back/ });

  const { status, page, given } = await desk.comeBack(state, { code: "code-1", extra: "x" });
  t.equal(status, 303);
  t.equal(page, "http://atelier.test/connect/done", "without an app of their own people see a page of this server");
  t.equal(given["connection"], connectionId);
  t.match(square.answers, [{ query: { code: "code-1", extra: "x" }, pending: { nonce: Object } }]);
  t.equal(square.answers[0]?.pending["nonce"]?.reveal(), "canary-nonce-9b71");
  t.match(await at(), { status: "READY", choices: [] });
  t.equal(await atelier.services.db.socialAccount.count(), 0, "coming back connects nothing");

  t.match(await desk.ada.mutate(complete, { connectionId }), { issues: [{ path: ["ticket"], code: "EMPTY" }] });
  const wrong = { connectionId, ticket: "x".repeat(43) };
  t.match(await desk.ada.mutate(complete, wrong), { issues: [{ path: ["ticket"], code: "WRONG" }] });
  const done = await desk.ada.mutate(complete, { connectionId, ticket: given["ticket"] });
  t.match(done, {
    __typename: "CompleteConnectionSuccess",
    connection: { status: "CONNECTED" },
    socialAccounts: [{ handle: "ada", state: "ACTIVE", platform: "SQUARE", method: "SQUARE_LOGIN", scopes: ["post"] }],
  });
  const again = await desk.ada.mutate(complete, { connectionId });
  t.same(again.socialAccounts, done.socialAccounts, "completing again answers the same");
  const row = await atelier.services.db.connectionAttempt.findUniqueOrThrow({ where: { id: rowIdOf(connectionId) } });
  t.match(row, { stateHash: null, pending: null, ticketHash: null, accounts: null }, "nothing secret is left of it");
  const { data } = await desk.ada.request("{ securityEvents { nodes { action details { name value } } } }");
  t.match(data.securityEvents.nodes[0], { action: "SOCIAL_ACCOUNT_CONNECTED" });
});

t.test("nobody connects an account to a workspace by a link that they send to somebody", async (t) => {
  const desk = await openAccountDesk(t);
  const { atelier } = desk;
  const eve = desk.ada;
  const bob = await atelier.signUp("Bob");
  // Eve begins and has Bob sign in: Bob's browser gets the ticket, and Eve never sees it.
  const { connectionId, state } = await desk.start();
  const { given } = await desk.comeBack(state);
  t.match(await eve.mutate(complete, { connectionId }), { __typename: "ValidationError" });
  t.match((await eve.request(connection, { id: connectionId })).data.connection, { status: "READY", choices: [] });
  // Bob's app passes the ticket on: it is not his connection.
  const input = { connectionId, ticket: given["ticket"] };
  t.match(await bob.mutate(complete, input), { __typename: "NotFoundError" });
  t.equal((await bob.request(connection, { id: connectionId })).data.connection, null);
  // Nor that of another session of the same person, such as one that somebody stole earlier.
  const elsewhere = await atelier.signIn(eve);
  t.match(await elsewhere.mutate(complete, input), { __typename: "NotFoundError" });
  t.equal(await atelier.services.db.socialAccount.count(), 0);
});

t.test("a state counts once, for ten minutes, and for its own platform", async (t) => {
  const desk = await openAccountDesk(t);
  const { atelier, square } = desk;
  const gone = { status: 303, page: "http://atelier.test/connect/done", given: { error: "EXPIRED" } };
  const first = await desk.start();
  const answers = await Promise.all([...Array(5).keys()].map(() => desk.comeBack(first.state)));
  t.equal(answers.filter(({ given }) => given["ticket"] !== undefined).length, 1, "of five at once one counts");
  t.equal(square.answers.length, 1);
  t.match(await desk.comeBack(first.state), gone);
  t.match(await desk.comeBack("x".repeat(43)), gone);

  const second = await desk.start();
  const elsewhere = await atelier.app.inject(`/connect/plaza/callback?code=1&state=${second.state}`);
  t.match(elsewhere.headers.location, /#error=EXPIRED$/);
  for (const query of [
    `state=${second.state}&state=${second.state}`,
    `code=1`,
    `state=short`,
    `state=${second.state}&code=1&code=2`,
  ]) {
    const answer = await atelier.app.inject(`/connect/square/callback?${query}`);
    t.match(answer.headers.location, /#error=EXPIRED$/, query);
  }
  const head = await atelier.app.inject({
    method: "HEAD",
    url: `/connect/square/callback?code=1&state=${second.state}`,
  });
  t.equal(head.statusCode, 404, "a look by HEAD does not use it up");
  t.match((await desk.comeBack(second.state)).given, { ticket: String });

  const third = await desk.start();
  await desk.later(10 * minute);
  t.match(await desk.comeBack(third.state), gone);
  t.equal(square.answers.length, 2);
});

t.test("a decision that comes too late counts no more, and nothing secret stays", async (t) => {
  const desk = await openAccountDesk(t);
  const { atelier, square } = desk;
  const { connectionId, state } = await desk.start();
  const { given } = await desk.comeBack(state);
  atelier.clock.advance(10 * minute);
  t.match(await desk.ada.mutate(complete, { connectionId, ticket: given["ticket"] }), {
    __typename: "ConflictError",
    message: /too long/,
  });
  t.match((await desk.ada.request(connection, { id: connectionId })).data.connection, { status: "EXPIRED" });
  await forgetConnections(atelier.services);
  t.same(square.revoked, [], "somebody may decide at this very moment, by a clock that is behind");
  atelier.clock.advance(minute);
  await forgetConnections(atelier.services);
  t.same(square.revoked, square.given.slice(0, 1), "the access that nobody wanted is ended at the platform");
  const where = { id: rowIdOf(connectionId) };
  t.match(await atelier.services.db.connectionAttempt.findUnique({ where }), { accounts: null, ticketHash: null });
  atelier.clock.advance(60 * minute);
  t.equal(await forgetConnections(atelier.services), 1);
  t.equal(await atelier.services.db.connectionAttempt.count(), 0);
  t.equal(square.revoked.length, 1, "once");
});

t.test(
  "of all that a sign-in opened and nobody chose, every access is ended; trouble is told and keeps nothing",
  async (t) => {
    const lines: string[] = [];
    const sink = new Writable({ write: (chunk: Buffer, _encoding, done) => (lines.push(chunk.toString()), done()) });
    const desk = await openAccountDesk(t, { log: pino({ level: "warn" }, sink) });
    const { atelier, square } = desk;
    square.accounts = ["1", "2", "3"].map((remoteId) => ({ remoteId, handle: `page-${remoteId}` }));
    const { connectionId, state } = await desk.start();
    const { given } = await desk.comeBack(state);
    await desk.ada.mutate(complete, { connectionId, ticket: given["ticket"] });
    const asked: string[] = [];
    square.revoke = ({ account }) => {
      asked.push(account.remoteId);
      if (account.remoteId === "1") return Promise.resolve({ kind: "failed", message: "The answer was 503." });
      return account.remoteId === "2"
        ? Promise.reject(new Error("Square is down."))
        : Promise.resolve({ kind: "ended" });
    };
    atelier.clock.advance(11 * minute);
    await forgetConnections(atelier.services);
    t.same(asked, ["1", "2", "3"], "one that fails is in nobody's way");
    const where = { id: rowIdOf(connectionId) };
    t.match(await atelier.services.db.connectionAttempt.findUnique({ where }), { accounts: null });
    t.match(lines, [/The answer was 503.*could not be ended at the platform/, /Square is down.*could not be ended/]);
    t.equal(lines.length, 2);
    t.notMatch(lines.join(""), "canary");
    await forgetConnections(atelier.services);
    t.equal(asked.length, 3, "it is not asked again");
  },
);

t.test(
  "what somebody still uses of the same account, or is about to, is not ended with what nobody finished",
  async (t) => {
    const desk = await openAccountDesk(t);
    const { atelier, square } = desk;
    const id = await desk.connect();
    await desk.comeBack((await desk.start()).state);
    atelier.clock.advance(11 * minute);
    await forgetConnections(atelier.services);
    t.same(square.revoked, [], "the account is connected");
    t.equal(await atelier.services.db.connectionAttempt.count({ where: { accounts: { not: null } } }), 0);

    await desk.later(0);
    square.accounts = [{ remoteId: "43", handle: "bea" }];
    const [first, second] = [await desk.start(), await desk.start()];
    await desk.comeBack(first.state);
    atelier.clock.advance(9 * minute);
    const { given } = await desk.comeBack(second.state);
    atelier.clock.advance(2 * minute);
    await forgetConnections(atelier.services);
    t.same(square.revoked, [], "the second sign-in waits for its decision");
    const input = { connectionId: second.connectionId, ticket: given["ticket"] };
    t.match(await desk.ada.mutate(complete, input), { socialAccounts: [{ handle: "bea", state: "ACTIVE" }] });
    t.match(await desk.row(id), { state: "ACTIVE" });
  },
);

t.test("what did not work is told well", async (t) => {
  const desk = await openAccountDesk(t);
  const { square } = desk;
  const seen = async (query?: Readonly<Record<string, string>>) => {
    const { connectionId, state } = await desk.start();
    const { given } = await desk.comeBack(state, query);
    const { data } = await desk.ada.request(connection, { id: connectionId });
    t.match(data.connection, { status: "FAILED", failure: { code: given["error"] } });
    t.match(await desk.ada.mutate(complete, { connectionId, ticket: "x" }), {
      __typename: "ConflictError",
      message: data.connection.failure.message,
    });
    return data.connection.failure;
  };
  t.match(await seen({ error: "access_denied", error_description: "no" }), {
    code: "DENIED",
    message: /not granted at Square/,
  });
  t.match(await seen({ error: "server_error", error_description: `Bad\u202e ${"x".repeat(1_000)}` }), {
    code: "REFUSED",
    message: /^Square refused: "server_error: Bad x{270,290}"/,
  });
  t.equal(square.answers.length, 0, "a refusal is not exchanged");
  square.complete = () => Promise.resolve({ kind: "connected", accounts: [] });
  t.match(await seen(), { code: "NO_ACCOUNT", message: /no account/ });
  square.complete = () => Promise.resolve({ kind: "unavailable", message: "Square is down." });
  t.match(await seen(), { code: "UNAVAILABLE", message: "Square is down." });
  square.complete = () => Promise.resolve({ kind: "refused", field: null, code: "CODE_USED", message: "Used before." });
  t.match(await seen(), { code: "CODE_USED", message: "Used before." });
  square.complete = () => Promise.reject(new Error("canary-boom"));
  t.match(await seen(), { code: "UNREADABLE", message: /^(?!.*canary)/ });
});

t.test("of several accounts one chooses some", async (t) => {
  const desk = await openAccountDesk(t);
  desk.square.accounts = ["1", "2", "3"].map((remoteId) => ({ remoteId, handle: `page-${remoteId}` }));
  const { connectionId, state } = await desk.start();
  const { given } = await desk.comeBack(state);
  const asked = await desk.ada.mutate(complete, { connectionId, ticket: given["ticket"] });
  t.match(asked, {
    connection: { status: "CHOOSING", choices: [{ id: "1", handle: "page-1" }, { id: "2" }, { id: "3" }] },
    socialAccounts: [],
  });
  t.match(await desk.ada.mutate(complete, { connectionId }), { issues: [{ path: ["choices"], code: "EMPTY" }] });
  t.match(await desk.ada.mutate(complete, { connectionId, choices: ["2", "9"] }), {
    issues: [{ path: ["choices", "1"], code: "UNKNOWN_CHOICE" }],
  });
  t.match(await desk.ada.mutate(complete, { connectionId, choices: [] }), { issues: [{ path: ["choices"] }] });
  const done = await desk.ada.mutate(complete, { connectionId, choices: ["3", "1"] });
  t.same(done.socialAccounts.map(({ handle }: { handle: string }) => handle).toSorted(), ["page-1", "page-3"]);
});
