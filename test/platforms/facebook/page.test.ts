/** Connecting Pages, reading posts back, counting them. */
import t from "tap";
import { Secret } from "../../../src/infra/secret.ts";
import { facebook } from "../../../src/platforms/facebook/platform.ts";
import { graphError } from "../../simulators/graph-call.ts";
import { createTestClock } from "../../support/clock.ts";
import { platformContext } from "../../support/platform-benches/context.ts";
import { type FacebookBench, openFacebook } from "../../support/platform-benches/facebook.ts";
import { unhurried } from "../../support/platform-contract.ts";

const redirectUri = "https://atelier.example/connect/facebook/callback";

async function signIn({ platform, simulator }: FacebookBench, query?: Record<string, string>) {
  const request = { method: "facebook", server: null, state: "s-1", redirectUri, codeChallenge: "c" };
  const started = await platform.authorise(request, unhurried());
  if (started.kind !== "started") throw new Error(started.message);
  const code = simulator.people.grant(started.url);
  const answer = { method: "facebook", redirectUri, codeVerifier: new Secret("v"), pending: {} };
  return platform.completeAuthorisation({ ...answer, query: query ?? { code, state: "s-1" } }, unhurried());
}

async function published(bench: FacebookBench): Promise<string> {
  const request = bench.request();
  await bench.platform.prepare(request, unhurried());
  const outcome = await bench.platform.publish(request, unhurried());
  if (outcome.kind !== "published") throw new Error(JSON.stringify(outcome));
  return outcome.externalId;
}

t.test("a person chooses among the Pages on which they may post", async (t) => {
  const bench = await openFacebook(t);
  const { pages } = bench.simulator.people;
  pages.push({ id: "200", name: "Only to look at", tasks: ["ANALYZE"] });
  pages.push({ id: "300", name: "New experience", tasks: ["PROFILE_PLUS_CREATE_CONTENT"] });
  pages.push({ id: "400", name: "Of a portfolio", tasks: ["CREATE_CONTENT"], business: "biz1" });
  bench.simulator.people.pageSize = 1;
  const outcome = await signIn(bench);
  if (outcome.kind !== "connected") return void t.fail(JSON.stringify(outcome));
  t.same(
    outcome.accounts.map(({ account }) => account.remoteId),
    ["100200300", "300", "400"],
  );
  const [page] = outcome.accounts;
  t.match(page, { account: bench.session.account, expiresAt: null });
  t.ok(page?.scopes.includes("pages_manage_posts"));
  const session = { account: bench.session.account, credentials: page?.credentials ?? {} };
  t.equal((await bench.platform.check(session, unhurried())).kind, "alive");
  bench.clock.advance(400 * 24 * 60 * 60_000);
  t.equal((await bench.platform.check(session, unhurried())).kind, "alive", "a Page's token has no end");
  t.same(bench.simulator.offences, []);
});

t.test("what goes wrong at the sign-in is said", async (t) => {
  const bench = await openFacebook(t);
  t.match(await signIn(bench, { error: "access_denied" }), { kind: "refused", code: "ACCESS_DENIED" });
  t.match(await signIn(bench, { code: "used" }), {
    kind: "refused",
    code: "SIGN_IN_REFUSED",
    message: /has been used/,
  });
  bench.simulator.people.declined.add("pages_manage_posts");
  t.match(await signIn(bench), { kind: "refused", code: "MISSING_SCOPES", message: /pages_manage_posts/ });
  bench.simulator.people.declined.clear();
  bench.simulator.chassis.interfere(/oauth/, graphError(2));
  t.equal((await signIn(bench)).kind, "unavailable");
  bench.simulator.chassis.interfere(/accounts/, { status: 502, body: "<html>" });
  t.equal((await signIn(bench)).kind, "unavailable");
  bench.simulator.people.pages.splice(0, 1, { id: "200", name: "Only to look at", tasks: ["ANALYZE"] });
  t.match(await signIn(bench), { kind: "refused", code: "NO_PAGE", message: /may this person create content/ });
});

t.test("a portfolio that keeps its Pages to itself takes none away", async (t) => {
  const bench = await openFacebook(t);
  bench.simulator.people.pages.push({ id: "400", name: "Of a portfolio", tasks: ["CREATE_CONTENT"], business: "biz1" });
  bench.simulator.chassis.interfere(/owned_pages/, graphError(200));
  const outcome = await signIn(bench);
  t.match(outcome, { kind: "connected", accounts: [{ account: { remoteId: "100200300" } }] });
});

t.test("a role that was taken away is told as such", async (t) => {
  const bench = await openFacebook(t);
  bench.simulator.chassis.interfere(/GET/, graphError(190, 492));
  const outcome = await bench.platform.check(bench.session, unhurried());
  t.match(outcome, { kind: "unauthorized", message: /role on the Page was taken away/ });
});

t.test("numbers are read together; what is closed or dead costs itself alone", async (t) => {
  const bench = await openFacebook(t);
  const id = await published(bench);
  const figures = async () => {
    const outcome = await bench.platform.measure?.(bench.session, [id, "100200300_1"], unhurried());
    if (outcome?.kind !== "measured") throw new Error(JSON.stringify(outcome));
    t.same([...outcome.posts.keys()], [id]);
    return outcome.posts.get(id);
  };
  const whole = { VIEWS: 300, REACH: 200, LIKES: 5, COMMENTS: 2, SHARES: 0 };
  t.same((await figures())?.values, whole);
  bench.simulator.deadMetrics.add("post_total_media_view_unique");
  bench.simulator.closedFields.add("reactions");
  const { REACH: _reach, LIKES: _likes, ...rest } = whole;
  const partial = await figures();
  t.same(partial?.values, rest);
  t.match(partial?.unknown, { REACH: /does not count this/, LIKES: /permission/, CLICKS: /no figure yet/ });
});

t.test("what ends measuring is told as what it is", async (t) => {
  const bench = await openFacebook(t);
  for (const [reply, kind] of [
    [graphError(190, 460), "unauthorized"],
    [graphError(80_001), "rate-limited"],
    [{ ...graphError(2), status: 500 }, "unavailable"],
  ] as const) {
    bench.simulator.chassis.interfere(/GET/, reply);
    t.equal((await bench.platform.measure?.(bench.session, ["100200300_1"], unhurried()))?.kind, kind);
  }
});

t.test("without an app it is not offered", async (t) => {
  t.equal(facebook.open(await platformContext(t, facebook, { clock: createTestClock() })), null);
});

t.test("a Page's token travels in headers and bodies, never in an address", async (t) => {
  const bench = await openFacebook(t);
  await published(bench);
  await bench.platform.check(bench.session, unhurried());
  t.ok(bench.simulator.chassis.addresses.length > 2);
  for (const address of bench.simulator.chassis.addresses) t.notMatch(address, /EAAG|access_token/);
});
