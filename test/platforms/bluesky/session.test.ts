import t, { type Test } from "tap";
import { openBlueskyBench } from "../../support/platform-benches/bluesky.ts";
import { unhurried } from "../../support/platform-contract.ts";

async function open(t: Test) {
  const bench = await openBlueskyBench(t);
  const { platform, simulator } = bench;
  const connect = (fields: Record<string, string>) =>
    platform.connect({ method: "bluesky", fields, workspaceId: "1" }, unhurried());
  const right = { identifier: "alice.test", appPassword: simulator.appPassword };
  return { ...bench, connect, right };
}

t.test("an app password becomes a session, and is not kept", async (t) => {
  const { session, simulator, connect, right } = await open(t);
  t.same(Object.keys(session.credentials).toSorted(), ["accessJwt", "refreshJwt"]);
  t.match(session.account, { remoteId: simulator.did, handle: "alice.test", details: { pds: simulator.url } });
  const outcome = await connect({ ...right, identifier: "@alice.test" });
  if (outcome.kind !== "connected") return void t.fail(JSON.stringify(outcome));
  t.match(outcome.accounts, [{ scopes: ["com.atproto.appPass"] }]);
  const life = (outcome.accounts[0]?.expiresAt?.getTime() ?? 0) - simulator.clock.now().getTime();
  t.ok(life > 119 * 60_000 && life <= 120 * 60_000);
});

t.test("each refusal stands at its field", async (t) => {
  const { connect, right, simulator } = await open(t);
  for (const [fields, field, code] of [
    [{ appPassword: "wrong" }, "appPassword", "WRONG_PASSWORD"],
    [{ identifier: "" }, "identifier", "INVALID"],
    [{ appPassword: " " }, "appPassword", "INVALID"],
    [{ server: "not a server" }, "server", "INVALID"],
    [{ server: "https://a.example/path" }, "server", "INVALID"],
    [{ appPassword: simulator.ownPassword }, "appPassword", "NOT_AN_APP_PASSWORD"],
  ] as const) {
    const outcome = await connect({ ...right, ...fields });
    t.match(outcome, { kind: "refused", field, code }, JSON.stringify(fields));
    t.notMatch(JSON.stringify(outcome), simulator.ownPassword);
  }
  const factor = { status: 401, body: { error: "AuthFactorTokenRequired", message: "A sign in code was sent" } };
  simulator.interfere(/createSession/, factor, { status: 502, body: {} });
  t.match(await connect(right), { kind: "refused", code: "NOT_AN_APP_PASSWORD" });
  t.match(await connect(right), { kind: "unavailable" });
  await simulator.close();
  t.match(await connect(right), { kind: "unavailable" });
});

t.test("the account's own password opens no session that stays", async (t) => {
  const { connect, right, simulator } = await open(t);
  await connect({ ...right, appPassword: simulator.ownPassword });
  t.equal(simulator.asked.at(-1)?.path, "/xrpc/com.atproto.server.deleteSession");
});

t.test("a lost answer to a renewal costs nothing for two hours", async (t) => {
  const { platform, session, simulator } = await open(t);
  const first = await platform.refresh?.(session, unhurried());
  simulator.advance(60_000);
  const second = await platform.refresh?.(session, unhurried());
  if (first?.kind !== "renewed" || second?.kind !== "renewed") return void t.fail("not renewed");
  t.equal(second.credentials["refreshJwt"]?.reveal(), first.credentials["refreshJwt"]?.reveal(), "the same successor");
  t.equal(simulator.counts.refreshes, 1);
  simulator.advance(3 * 60 * 60_000);
  t.match(await platform.refresh?.(session, unhurried()), { kind: "unauthorized" });
});

t.test("access that has run out is renewed, not asked for", async (t) => {
  const bench = await open(t);
  const { platform, session, simulator } = bench;
  simulator.advance(121 * 60_000);
  t.match(await platform.check(session, unhurried()), { kind: "unavailable", message: /being renewed/ });
  t.match(await platform.prepare?.(bench.request(), unhurried()), { kind: "unavailable" });
  const renewed = await platform.refresh?.(session, unhurried());
  if (renewed?.kind !== "renewed") return void t.fail("not renewed");
  const anew = { account: session.account, credentials: renewed.credentials };
  t.match(await platform.check(anew, unhurried()), { kind: "alive" });
});

t.test("a deleted app password asks for a new connection", async (t) => {
  const { platform, session, simulator } = await open(t);
  simulator.deleteAppPassword();
  t.match(await platform.refresh?.(session, unhurried()), {
    kind: "unauthorized",
    message: /Connect the account again/,
  });
});

t.test("a closed account is said to be closed", async (t) => {
  const { platform, session, simulator } = await open(t);
  const body = { error: "AccountTakedown", message: "Account has been taken down" };
  simulator.interfere(/getSession/, { status: 403, body });
  t.match(await platform.check(session, unhurried()), { kind: "unauthorized", message: /closed at its server/ });
});
