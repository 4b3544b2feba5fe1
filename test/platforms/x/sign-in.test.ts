import { createHash } from "node:crypto";
import t from "tap";
import { Secret } from "../../../src/infra/secret.ts";
import { x } from "../../../src/platforms/x/platform.ts";
import { platformContext } from "../../support/platform-benches/context.ts";
import { openX, type XBench } from "../../support/platform-benches/x.ts";
import { unhurried } from "../../support/platform-contract.ts";

const redirectUri = "https://atelier.example/connect/x/callback";
const codeVerifier = new Secret("a-verifier-that-is-long-enough-to-be-one-0123456789");
const codeChallenge = createHash("sha256").update(codeVerifier.reveal()).digest("base64url");

async function begin({ platform, simulator }: XBench) {
  const request = { method: "x", server: null, state: "s".repeat(43), redirectUri, codeChallenge };
  const started = await platform.authorise(request, unhurried());
  if (started.kind !== "started") throw new Error(JSON.stringify(started));
  const query = simulator.oauth.allow(started.url);
  return { method: "x", query, redirectUri, codeVerifier, pending: started.pending };
}

for (const client of ["confidential", "public"] as const) {
  t.test(`somebody signs in with a ${client} client`, async (t) => {
    const bench = await openX(t, client);
    const { platform, simulator, clock } = bench;
    const answer = await begin(bench);
    const outcome = await platform.completeAuthorisation(answer, unhurried());
    if (outcome.kind !== "connected" || outcome.accounts[0] === undefined) return void t.fail(JSON.stringify(outcome));
    const [{ account, credentials, expiresAt, scopes }] = outcome.accounts as [(typeof outcome.accounts)[number]];
    t.match(account, {
      remoteId: simulator.user.id,
      handle: "ada",
      name: "Ada",
      method: "x",
      url: "https://x.com/ada",
    });
    t.equal((expiresAt?.getTime() ?? 0) - clock.now().getTime(), 7_200_000);
    t.same(scopes, ["tweet.read", "tweet.write", "users.read", "media.write", "offline.access"]);
    t.match(
      await platform.completeAuthorisation(answer, unhurried()),
      { kind: "refused", code: "NOT_FINISHED" },
      "a code counts once",
    );
    await platform.revoke({ account, credentials }, unhurried());
    t.match(await platform.check({ account, credentials }, unhurried()), { kind: "unauthorized" });
    t.match(await platform.refresh({ account, credentials }, unhurried()), { kind: "unauthorized" });
    t.same(simulator.offences, []);
  });
}

t.test("a code lives thirty seconds", async (t) => {
  const bench = await openX(t);
  const answer = await begin(bench);
  bench.simulator.advance(31_000);
  t.match(await bench.platform.completeAuthorisation(answer, unhurried()), {
    kind: "refused",
    message: /took too long/,
  });
});

t.test("somebody else's code, verifier or address opens nothing", async (t) => {
  const bench = await openX(t);
  for (const change of [
    { codeVerifier: new Secret("another-verifier-that-is-long-enough-0123456789abc") },
    { redirectUri: "https://elsewhere.example/callback" },
    { query: { code: "guessed" } },
  ]) {
    const answer = { ...(await begin(bench)), ...change };
    t.match(await bench.platform.completeAuthorisation(answer, unhurried()), { kind: "refused", code: "NOT_FINISHED" });
  }
});

t.test("who allows less than everything is told what is missing", async (t) => {
  const bench = await openX(t);
  for (const [granted, missing] of [
    [["tweet.read", "tweet.write", "users.read", "offline.access"], /media\.write/],
    [["tweet.read", "tweet.write", "users.read", "media.write"], /offline\.access/],
  ] as const) {
    bench.simulator.oauth.granted = granted;
    const outcome = await bench.platform.completeAuthorisation(await begin(bench), unhurried());
    t.match(outcome, { kind: "refused", code: "MISSING_SCOPES", message: missing });
  }
});

t.test("who does not allow it, an app that X does not know, and an X that is away", async (t) => {
  const bench = await openX(t);
  const { platform, simulator } = bench;
  const complete = async (query?: Record<string, string>) =>
    platform.completeAuthorisation({ ...(await begin(bench)), ...(query && { query }) }, unhurried());
  t.match(await complete({ error: "access_denied" }), { kind: "refused", code: "DENIED" });
  t.match(await complete({ error: "server_error", error_description: "Oops" }), {
    code: "NOT_FINISHED",
    message: /Oops/,
  });
  simulator.oauth.confidential = false;
  t.match(await complete(), { kind: "refused", code: "APP_REFUSED", message: /X_CLIENT_SECRET/ });
  t.match(
    await platform.refresh(bench.session, unhurried()),
    { kind: "unavailable", message: /X_CLIENT_ID/ },
    "nobody need sign in anew for it",
  );
  simulator.oauth.confidential = true;
  simulator.interfere(/oauth2\/token/, { status: 503, body: "A page" }, { status: 429, body: { error: "slow" } });
  t.match(await complete(), { kind: "unavailable" });
  t.match(await complete(), { kind: "unavailable" });
  simulator.interfere(/users\/me/, { status: 401, body: { title: "Unauthorized", status: 401 } });
  t.match(await complete(), { kind: "refused", code: "REFUSED" });
  await simulator.close();
  t.match(await platform.refresh(bench.session, unhurried()), { kind: "unavailable" });
});

t.test("a refresh token counts once, and a used one ends everything", async (t) => {
  const { platform, session, simulator } = await openX(t);
  const { account } = session;
  const first = await platform.refresh(session, unhurried());
  if (first.kind !== "renewed") return void t.fail(JSON.stringify(first));
  t.not(first.credentials["refreshToken"]?.reveal(), session.credentials["refreshToken"]?.reveal());
  t.match(await platform.check({ account, credentials: first.credentials }, unhurried()), { kind: "alive" });
  t.match(await platform.refresh(session, unhurried()), { kind: "unauthorized", message: /Connect the account again/ });
  t.match(await platform.check({ account, credentials: first.credentials }, unhurried()), { kind: "unauthorized" });
  t.equal(simulator.oauth.shown.length, 2);
});

t.test("somebody who signs in does not wait for the limit of somebody before", async (t) => {
  const bench = await openX(t);
  const { platform, simulator, clock } = bench;
  simulator.limit("GET /2/users/me", 2, new Date(clock.now().getTime() + 900_000));
  for (let person = 0; person < 2; person += 1) {
    t.match(await platform.completeAuthorisation(await begin(bench), unhurried()), { kind: "connected" });
  }
  simulator.limit("GET /2/users/me", 9, clock.now());
  t.match(await platform.completeAuthorisation(await begin(bench), unhurried()), { kind: "connected" });
});

t.test("a renewal that was limited is told with its date", async (t) => {
  const { platform, session, simulator, clock } = await openX(t);
  const reset = Math.ceil(clock.now().getTime() / 1_000) + 300;
  simulator.interfere(/oauth2\/token/, { status: 429, body: {}, headers: { "x-rate-limit-reset": String(reset) } });
  t.match(await platform.refresh(session, unhurried()), { kind: "rate-limited", retryAt: new Date(reset * 1_000) });
});

t.test("an account that moved to another name, or pays now, is known as such", async (t) => {
  const { platform, session, simulator, definition } = await openX(t);
  Object.assign(simulator.user, { username: "ada_l", name: " ", subscription_type: "Premium" });
  const outcome = await platform.check(session, unhurried());
  if (outcome.kind !== "alive") return void t.fail(JSON.stringify(outcome));
  t.match(outcome.account, { handle: "ada_l", name: "ada_l", url: "https://x.com/ada_l" });
  t.equal(definition.rulesFor?.(outcome.account).caption.max, 25_000);
  const body = { title: "Forbidden", detail: "Suspended", type: "https://api.twitter.com/2/problems/user-suspended" };
  simulator.interfere(/users\/me/, { status: 403, body });
  t.match(await platform.check(session, unhurried()), { kind: "unauthorized", message: /Sign in at X/ });
});

t.test("without an app it is closed, and nothing that looks wrong is taken for one", async (t) => {
  const clock = (await openX(t)).clock;
  t.equal(x.open(await platformContext(t, x, { clock })), null);
  for (const [name, value] of [
    ["X_CLIENT_ID", "two words"],
    ["X_CLIENT_SECRET", "short"],
    ["X_API_URL", "ftp://api.x.com"],
  ] as const) {
    t.equal(x.variables[name]?.safeParse(value).success, false, name);
  }
});
