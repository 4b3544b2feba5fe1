import t, { type Test } from "tap";
import { Secret } from "../../../src/infra/secret.ts";
import type { ConnectionOutcome } from "../../../src/platforms/connection.ts";
import { type InstagramBench, openInstagram } from "../../support/platform-benches/instagram.ts";
import { unhurried } from "../../support/platform-contract.ts";

const redirectUri = "https://atelier.example/connect/instagram/callback";
const day = 24 * 60 * 60_000;

/** Signs in as a person would, and comes back. */
async function signIn(
  { platform, simulator }: InstagramBench,
  method: string,
  query?: (code: string) => Record<string, string>,
): Promise<ConnectionOutcome> {
  const request = { method, server: null, state: "s-1", redirectUri, codeChallenge: "c" };
  const started = await platform.authorise(request, unhurried());
  if (started.kind !== "started") throw new Error(started.message);
  const giver = method === "instagram" ? simulator.login : simulator.people;
  const code = giver.grant(started.url);
  const answer = { method, redirectUri, codeVerifier: new Secret("v"), pending: started.pending };
  return platform.completeAuthorisation({ ...answer, query: query?.(code) ?? { code, state: "s-1" } }, unhurried());
}

function account(t: Test, outcome: ConnectionOutcome, index = 0) {
  const found = outcome.kind === "connected" ? outcome.accounts[index] : undefined;
  if (found === undefined) t.fail(JSON.stringify(outcome));
  return found;
}

t.test("Instagram Login leads to the account, with a token of sixty days", async (t) => {
  for (const flat of [false, true]) {
    const bench = await openInstagram(t);
    bench.simulator.login.flat = flat;
    const connected = account(t, await signIn(bench, "instagram"));
    t.match(connected, { account: bench.session.account, scopes: ["instagram_business_basic"] });
    t.equal(connected?.expiresAt?.getTime(), bench.clock.now().getTime() + 60 * day);
    const session = { account: bench.session.account, credentials: connected?.credentials ?? {} };
    t.equal((await bench.platform.check(session, unhurried())).kind, "alive");
    t.same(bench.simulator.offences, []);
  }
});

t.test("what goes wrong at Instagram's sign-in is said", async (t) => {
  const bench = await openInstagram(t);
  const denied = { error: "access_denied", error_reason: "user_denied", error_description: "The user said no" };
  t.match(await signIn(bench, "instagram", () => denied), {
    kind: "refused",
    code: "ACCESS_DENIED",
    message: /said no/,
  });
  t.match(await signIn(bench, "instagram", () => ({})), { kind: "refused", code: "NO_CODE" });
  const used = await signIn(bench, "instagram", () => ({ code: "code-of-yesterday" }));
  t.match(used, { kind: "refused", code: "SIGN_IN_REFUSED", message: /has been used/ });

  bench.simulator.login.declined.add("instagram_business_content_publish");
  const unticked = await signIn(bench, "instagram");
  t.match(unticked, { kind: "refused", code: "MISSING_SCOPES", message: /instagram_business_content_publish/ });
  bench.simulator.login.declined.clear();

  bench.simulator.login.accountType = "PERSONAL";
  t.match(await signIn(bench, "instagram"), { kind: "refused", code: "NOT_PROFESSIONAL" });

  bench.simulator.chassis.interfere(/oauth/, { status: 502, body: "<html>" });
  t.equal((await signIn(bench, "instagram")).kind, "unavailable");
  await bench.simulator.close();
  const away = await bench.platform.completeAuthorisation(
    { method: "instagram", query: { code: "c" }, redirectUri, codeVerifier: new Secret("v"), pending: {} },
    unhurried(),
  );
  t.equal(away.kind, "unavailable");
});

t.test("a token is renewed once it is a day old, and not after its end", async (t) => {
  const bench = await openInstagram(t);
  const { platform, session, clock } = bench;
  t.match(await platform.refresh(session, unhurried()), { kind: "unavailable", message: /too young/ });
  clock.advance(7 * day);
  const renewed = await platform.refresh(session, unhurried());
  if (renewed.kind !== "renewed") return void t.fail(JSON.stringify(renewed));
  t.equal(renewed.expiresAt?.getTime(), clock.now().getTime() + 60 * day);
  clock.advance(54 * day);
  t.match(await platform.refresh(session, unhurried()), { kind: "unauthorized", message: /it has expired/ });
  const anew = { account: session.account, credentials: renewed.credentials };
  t.equal((await platform.refresh(anew, unhurried())).kind, "renewed");
});

t.test("Facebook Login leads to the accounts behind all Pages, those of a portfolio too", async (t) => {
  const bench = await openInstagram(t, "instagramWithFacebook");
  const { pages } = bench.simulator.people;
  pages.push({ id: "200", name: "No Instagram", tasks: ["CREATE_CONTENT"] });
  pages.push({ id: "300", name: "Third", tasks: [], instagram: { id: "17841400000000003", username: "third" } });
  const business = { business: "biz1", instagram: { id: "17841400000000004", username: "fourth" } };
  pages.push({ id: "400", name: "Fourth", tasks: [], ...business });
  bench.simulator.people.pageSize = 2;
  const outcome = await signIn(bench, "instagramWithFacebook");
  if (outcome.kind !== "connected") return void t.fail(JSON.stringify(outcome));
  t.same(
    outcome.accounts.map((each) => each.account.handle),
    ["ada.paints", "third", "fourth"],
  );
  const connected = account(t, outcome);
  t.match(connected, { account: bench.session.account, expiresAt: null });
  const session = { account: bench.session.account, credentials: connected?.credentials ?? {} };
  t.equal((await bench.platform.check(session, unhurried())).kind, "alive");
  t.match(await bench.platform.refresh(session, unhurried()), { kind: "renewed", expiresAt: null });
  t.same(bench.simulator.offences, []);
});

t.test("what is missing behind Facebook Login is said", async (t) => {
  const bench = await openInstagram(t, "instagramWithFacebook");
  bench.simulator.people.declined.add("instagram_content_publish");
  const unticked = await signIn(bench, "instagramWithFacebook");
  t.match(unticked, { kind: "refused", code: "MISSING_SCOPES", message: /instagram_content_publish/ });
  bench.simulator.people.declined.clear();
  bench.simulator.people.pages.splice(0);
  t.match(await signIn(bench, "instagramWithFacebook"), { kind: "refused", code: "NO_ACCOUNT" });
});
