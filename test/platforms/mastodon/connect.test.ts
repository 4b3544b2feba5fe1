import { createHash } from "node:crypto";
import t from "tap";
import { Secret } from "../../../src/infra/secret.ts";
import { type MastodonBench, openMastodonBench } from "../../support/platform-benches/mastodon.ts";
import { unhurried } from "../../support/platform-contract.ts";

const redirectUri = "https://atelier.example/connect/mastodon/callback";
const codeVerifier = new Secret("a-verifier-that-is-long-enough-to-be-one-0123456789");
const codeChallenge = createHash("sha256").update(codeVerifier.reveal()).digest("base64url");

async function signIn({ platform, simulator }: MastodonBench) {
  const request = { method: "mastodon", server: simulator.url, state: "s", redirectUri, codeChallenge };
  const started = await platform.authorise(request, unhurried());
  if (started.kind !== "started") throw new Error(JSON.stringify(started));
  const query = simulator.oauth.allow(started.url);
  const answer = { method: "mastodon", query, redirectUri, codeVerifier, pending: started.pending };
  return { answer, outcome: await platform.completeAuthorisation(answer, unhurried()) };
}

for (const pkce of [true, false]) {
  t.test(`somebody signs in at a server ${pkce ? "that knows PKCE" : "of before PKCE"}`, async (t) => {
    const bench = await openMastodonBench(t);
    const { simulator, platform } = bench;
    simulator.oauth.pkce = pkce;
    const { outcome, answer } = await signIn(bench);
    if (outcome.kind !== "connected" || outcome.accounts[0] === undefined) return void t.fail(JSON.stringify(outcome));
    const [{ account, credentials, expiresAt, scopes }] = outcome.accounts as [(typeof outcome.accounts)[number]];
    const { host } = new URL(simulator.url);
    t.match(account, {
      remoteId: `${host}/${simulator.accountId}`,
      handle: `ada@${host}`,
      name: "Ada",
      method: "mastodon",
    });
    t.equal(expiresAt, null);
    t.same(scopes, ["read:accounts", "read:statuses", "write:statuses", "write:media"]);
    t.match(await platform.completeAuthorisation(answer, unhurried()), { kind: "refused", code: "NOT_FINISHED" });
    await platform.revoke?.({ account, credentials }, unhurried());
    t.match(await platform.check({ account, credentials }, unhurried()), { kind: "unauthorized" });
    t.same(simulator.offences, []);
  });
}

t.test("a server is registered at once, whoever signs in", async (t) => {
  const bench = await openMastodonBench(t);
  for (let person = 0; person < 3; person += 1) t.match((await signIn(bench)).outcome, { kind: "connected" });
  t.equal(bench.simulator.oauth.apps.size, 1);
});

t.test("who does not allow it is told so", async (t) => {
  const { platform } = await openMastodonBench(t);
  const answer = { method: "mastodon", query: { error: "access_denied" }, redirectUri, codeVerifier, pending: {} };
  t.match(await platform.completeAuthorisation(answer, unhurried()), { kind: "refused", code: "DENIED" });
});

t.test("what is no server is refused at its field", async (t) => {
  const { platform, simulator } = await openMastodonBench(t);
  const start = (server: string | null) =>
    platform.authorise({ method: "mastodon", server, state: "s", redirectUri, codeChallenge }, unhurried());
  for (const server of [null, "", "no server", "https://user:word@a.example", "https://a.example/about"]) {
    t.match(await start(server), { kind: "refused", field: "server", code: "INVALID" }, String(server));
  }
  simulator.interfere(/\/api\/v1\/apps/, { status: 404, body: "Not here" });
  t.match(await start(simulator.url), { kind: "refused", field: "server", code: "NOT_A_SERVER" });
  await simulator.close();
  t.match(await start(simulator.url), { kind: "unavailable" });
});

t.test("a token that may too little is refused, and one that is wrong", async (t) => {
  const { platform, simulator } = await openMastodonBench(t);
  simulator.oauth.tokens.set("reader", ["read"]);
  const connect = (accessToken: string) =>
    platform.connect(
      { method: "mastodonToken", fields: { server: simulator.url, accessToken }, workspaceId: "1" },
      unhurried(),
    );
  t.match(await connect("reader"), {
    ...{ kind: "refused", field: "accessToken", code: "MISSING_SCOPES" },
    message: /write:statuses, write:media/,
  });
  t.match(await connect("unknown"), { kind: "refused", field: "accessToken" });
  t.match(await connect("two words"), { kind: "refused", field: "accessToken", code: "INVALID" });
});

t.test("each server's limits are the account's rules", async (t) => {
  const { platform, simulator, session, definition } = await openMastodonBench(t);
  Object.assign(simulator.server, { maxCharacters: 5_000, maxImages: 8, version: "4.5.0 (compatible; Akkoma 3.13.2)" });
  const outcome = await platform.check(session, unhurried());
  if (outcome.kind !== "alive") return void t.fail(JSON.stringify(outcome));
  const rules = definition.rulesFor?.(outcome.account);
  t.match(rules, {
    caption: { max: 5_000 },
    images: { max: 8, mimes: ["image/jpeg", "image/png", "image/webp"], maxWidth: 5_760 },
  });
  t.equal(platform.capabilityOf(session.account), "keyed");
  t.equal(platform.capabilityOf(outcome.account), "search", "others may not know the key");
});

t.test("an application that the server deleted is registered anew, once, by whoever meets it first", async (t) => {
  const bench = await openMastodonBench(t);
  const { platform, simulator } = bench;
  const { apps } = simulator.oauth;
  t.match((await signIn(bench)).outcome, { kind: "connected" });
  const [first] = apps.keys();
  apps.clear();
  t.match((await signIn(bench)).outcome, { kind: "connected" }, "before the sign-in begins");
  t.notMatch([...apps.keys()], [first]);
  t.match((await signIn(bench)).outcome, { kind: "connected" });
  t.equal(apps.size, 1, "and is kept from then on");

  // Deleted while somebody is at the server's page.
  const request = { method: "mastodon", server: simulator.url, state: "s", redirectUri, codeChallenge };
  const started = await platform.authorise(request, unhurried());
  if (started.kind !== "started") return void t.fail(JSON.stringify(started));
  const query = simulator.oauth.allow(started.url);
  apps.clear();
  const answer = { method: "mastodon", query, redirectUri, codeVerifier, pending: started.pending };
  t.match(await platform.completeAuthorisation(answer, unhurried()), { kind: "refused", code: "NOT_FINISHED" });
  const asked = simulator.asked.length;
  t.match((await signIn(bench)).outcome, { kind: "connected" });
  const registrations = simulator.asked.slice(asked).filter(({ path }) => path === "/api/v1/apps");
  t.equal(registrations.length, 1);
  t.same(simulator.offences, []);
});

t.test("a server that does not answer has not said that it knows no PKCE, or no application", async (t) => {
  const bench = await openMastodonBench(t);
  const { platform, simulator } = bench;
  const request = { method: "mastodon", server: simulator.url, state: "s", redirectUri, codeChallenge };
  const start = () => platform.authorise(request, unhurried());
  t.match((await signIn(bench)).outcome, { kind: "connected" });
  for (const path of [/oauth-authorization-server/, /POST \/oauth\/token/]) {
    for (const status of [500, 502, 429]) {
      simulator.interfere(path, { status, body: "Busy" });
      t.match(await start(), { kind: "unavailable", message: /Try again later/ }, `${path} ${status}`);
    }
  }
  t.equal(simulator.oauth.apps.size, 1, "an outage is no reason to register anew");
  // Software that knows neither the page nor that kind of token is taken as it is.
  simulator.interfere(/POST \/oauth\/token/, { status: 400, body: { error: "unsupported_grant_type" } });
  simulator.interfere(/oauth-authorization-server/, { status: 404, body: "Not here" });
  const started = await start();
  if (started.kind !== "started") return void t.fail(JSON.stringify(started));
  t.notMatch(started.url, "code_challenge");
  t.equal(simulator.oauth.apps.size, 1);
});

t.test("a token that opens another account now is told in words, and asks to connect anew", async (t) => {
  const { platform, simulator, session } = await openMastodonBench(t);
  const path = /GET \/api\/v1\/accounts\/verify_credentials/;
  simulator.interfere(path, { status: 200, body: { id: "999", username: "mallory", url: null } });
  const { host } = new URL(simulator.url);
  t.match(await platform.check(session, unhurried()), {
    ...{ kind: "unauthorized" },
    message: `The access opens another account, mallory@${host}, and no longer ada@${host}. Connect ada@${host} again.`,
  });
  simulator.interfere(path, { status: 200, body: "<html>" });
  t.match(
    await platform.check(session, unhurried()),
    { kind: "unavailable" },
    "an answer that says nothing ends nothing",
  );
});
