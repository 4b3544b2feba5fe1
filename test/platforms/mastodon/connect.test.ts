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
