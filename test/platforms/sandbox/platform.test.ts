import t from "tap";
import { openAtelier, personalWorkspace } from "../../support/atelier.ts";
import { openSandboxBench } from "../../support/platform-benches/sandbox.ts";
import { asSent, unhurried } from "../../support/platform-contract.ts";

const enabled = { environment: { SANDBOX_ENABLED: "true" } };
const connect = `mutation ($input: ConnectSocialAccountInput!) { connectSocialAccount(input: $input) {
  ... on ConnectSocialAccountSuccess { socialAccount { handle url } }
  ... on ValidationError { issues { message } } ... on Error { message } } }`;

t.test("it is off unless the operator wants it", async (t) => {
  const { services } = await openAtelier(t);
  t.equal(services.platforms.get("sandbox"), undefined);
  const { services: trying } = await openAtelier(t, enabled);
  t.ok(trying.platforms.get("sandbox"));
});

t.test("its accounts have a public list, and nothing in it is markup", async (t) => {
  const atelier = await openAtelier(t, enabled);
  const ada = await atelier.signUp("Ada");
  const account = { sandbox: { handle: "trial", capability: "search" } };
  const input = { workspaceId: await personalWorkspace(ada), account };
  const { socialAccount } = await ada.mutate(connect, input);
  t.equal(socialAccount.url, "http://atelier.test/sandbox/trial");
  const now = atelier.clock.now();
  const post = { handle: "trial", caption: "<b>Ahoi</b>", altTexts: ["A <i>boat</i>"], createdAt: now };
  await atelier.services.db.sandboxPost.createMany({
    data: [
      { ...post, id: "01900000-0000-7000-8000-000000000001", publicAt: now },
      { ...post, id: "01900000-0000-7000-8000-000000000002", publicAt: null, caption: "Hidden" },
      { ...post, id: "01900000-0000-7000-8000-000000000003", publicAt: new Date(now.getTime() + 1), caption: "Later" },
    ],
  });
  const page = await atelier.app.inject("/sandbox/trial");
  t.equal(page.statusCode, 200);
  t.match(page.headers["content-security-policy"], /default-src 'none'/);
  t.match(page.body, /&lt;b&gt;Ahoi&lt;\/b&gt;[^]*A &lt;i&gt;boat/);
  t.notMatch(page.body, /Hidden|Later/);
  for (const path of ["nobody", "%00", "%3Cscript%3E"]) {
    const answer = await atelier.app.inject(`/sandbox/${path}`);
    t.equal(answer.statusCode, 404, path);
    t.notMatch(answer.body, /<script/);
  }
});

t.test("what cannot be connected is refused at its field", async (t) => {
  const atelier = await openAtelier(t, enabled);
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  const as = (person: typeof ada, account: object) => person.mutate(connect, { account: { sandbox: account } });
  await as(ada, { handle: "trial" });
  t.match(await as(bob, { handle: "trial" }), { message: /is taken/ });
  t.match(await as(ada, { handle: "-" }), { message: /is no handle/ });
  t.match(await as(ada, { handle: "other", capability: "magic" }), { message: /is no capability/ });
  t.match(await as(ada, { handle: "trial", capability: "none" }), { socialAccount: { handle: "trial" } });
});

t.test("a post meets what it orders", async (t) => {
  const bench = await openSandboxBench(t);
  const { platform, simulator, session } = bench;
  const now = () => bench.now?.() ?? new Date();
  const send = async (behaviour: string) => {
    const request = bench.request({ options: { behaviour }, caption: behaviour });
    const prepared = await platform.prepare?.(request, unhurried());
    const outcome = prepared?.kind === "ready" ? await platform.publish(request, unhurried()) : prepared;
    return { request, outcome };
  };
  t.match((await send("media_refused")).outcome, { kind: "refused", code: "MEDIA_REFUSED" });

  const limited = await send("rate_limit");
  t.same(limited.outcome, {
    ...{ kind: "rate-limited", message: "The sandbox takes no more posts for a minute." },
    retryAt: new Date(now().getTime() + 60_000),
  });
  t.match(await platform.publish(limited.request, unhurried()), { kind: "published" }, "it passes");

  const lie = await send("lie");
  if (lie.outcome?.kind !== "published") return void t.fail(JSON.stringify(lie.outcome));
  t.match(await platform.verify?.(session, lie.outcome.externalId, unhurried()), { kind: "gone" });

  const late = await send("late");
  t.match(late.outcome, { kind: "submitted" });
  t.match(await platform.reconcile(asSent(bench, late.request), unhurried()), { kind: "pending" });
  simulator.advance(60_000);
  t.match(await platform.reconcile(asSent(bench, late.request), unhurried()), { kind: "present" });

  const slow = bench.request({ options: { behaviour: "slow" } });
  const stop = new AbortController();
  const outcome = platform.publish(slow, stop.signal);
  stop.abort();
  t.match(await outcome, { kind: "published" }, "hurried on by its deadline");
});

t.test("what a list shows twice is not decided by itself", async (t) => {
  const bench = await openSandboxBench(t, "search");
  const request = asSent(bench, bench.request());
  for (let n = 0; n < 2; n += 1) await bench.platform.publish(request, unhurried());
  t.match(await bench.platform.reconcile(request, unhurried()), { kind: "unknown" });
});
