/** Reading back, counting, quotas and the limits of calls. */
import t from "tap";
import { instagram } from "../../../src/platforms/instagram/platform.ts";
import { graphError } from "../../simulators/graph-call.ts";
import { createTestClock } from "../../support/clock.ts";
import { platformContext } from "../../support/platform-benches/context.ts";
import { type InstagramBench, openInstagram } from "../../support/platform-benches/instagram.ts";
import { unhurried } from "../../support/platform-contract.ts";

async function published(bench: InstagramBench, caption = "A boat."): Promise<string> {
  bench.simulator.shelf.processing = 0;
  const request = bench.request({ caption });
  await bench.platform.prepare(request, unhurried());
  const outcome = await bench.platform.publish(request, unhurried());
  if (outcome.kind !== "published") throw new Error(JSON.stringify(outcome));
  return outcome.externalId;
}

t.test("a fresh post that is not to be seen for a moment is there all the same", async (t) => {
  const bench = await openInstagram(t);
  const id = await published(bench);
  bench.simulator.shy = 1;
  const outcome = await bench.platform.verify?.(bench.session, id, unhurried());
  t.same(outcome, { kind: "there", permalink: `https://www.instagram.com/p/${id}/` });
  bench.simulator.shy = 2;
  t.match(await bench.platform.verify?.(bench.session, id, unhurried()), { kind: "gone" });
  bench.simulator.chassis.interfere(/GET/, graphError(190, 463));
  t.match(await bench.platform.verify?.(bench.session, id, unhurried()), { kind: "unavailable" });
});

t.test("the quota is the platform's own number", async (t) => {
  const bench = await openInstagram(t);
  bench.simulator.quota = 2;
  await published(bench);
  const quota = await bench.platform.quota?.(bench.session, unhurried());
  t.same(quota, { kind: "known", used: 1, total: 2, resetsAt: null });
  await published(bench);
  const third = bench.request();
  await bench.platform.prepare(third, unhurried());
  t.match(await bench.platform.publish(third, unhurried()), { kind: "rate-limited" });
  bench.simulator.chassis.interfere(/limit/, { status: 500, body: "<html>" });
  t.same(await bench.platform.quota?.(bench.session, unhurried()), { kind: "unknown" });
});

t.test("a metric that does not fit costs its own number alone; what has no figure is not zero", async (t) => {
  const bench = await openInstagram(t);
  const id = await published(bench);
  const figures = async () => {
    const outcome = await bench.platform.measure?.(bench.session, [id, "17900000000000"], unhurried());
    if (outcome?.kind !== "measured") throw new Error(JSON.stringify(outcome));
    t.same([...outcome.posts.keys()], [id]);
    return outcome.posts.get(id);
  };
  const before = bench.simulator.chassis.calls.length;
  t.match(await figures(), { values: { VIEWS: 120, REACH: 90, LIKES: 7 }, unknown: { SAVES: /no figure yet/ } });
  t.equal(bench.simulator.chassis.calls.length - before, 2, "one question a post");
  bench.simulator.deadMetrics.add("reach");
  t.match(await figures(), { values: { VIEWS: 120, LIKES: 7 }, unknown: { REACH: /does not count this/ } });
  bench.simulator.chassis.interfere(/insights/, graphError(10, 0, "Not enough viewers"));
  t.match(await figures(), { values: {}, unknown: { VIEWS: /permission/, PROFILE_VISITS: /permission/ } });
});

t.test("what ends measuring is told as what it is", async (t) => {
  const bench = await openInstagram(t);
  for (const [reply, kind] of [
    [graphError(190, 460), "unauthorized"],
    [graphError(80_002), "rate-limited"],
    [{ ...graphError(2), status: 500 }, "unavailable"],
  ] as const) {
    bench.simulator.chassis.interfere(/insights/, reply);
    t.equal((await bench.platform.measure?.(bench.session, ["17900000000000"], unhurried()))?.kind, kind);
  }
});

t.test("near a limit nothing more is asked until access comes back", async (t) => {
  for (const usage of [
    { app: 2, account: 100, minutes: 10 },
    { app: 2, account: 95, minutes: 0 },
    { app: 96, account: 2, minutes: 0 },
  ]) {
    const bench = await openInstagram(t);
    const { simulator, platform, session, clock } = bench;
    simulator.chassis.usage = usage;
    const until = clock.now().getTime() + (usage.minutes || 5) * 60_000;
    t.equal((await platform.check(session, unhurried())).kind, "alive");
    const asked = simulator.chassis.calls.length;
    const outcome = await platform.check(session, unhurried());
    t.match(outcome, { kind: "rate-limited", retryAt: new Date(until), message: /nearly all calls/ });
    t.match(await platform.prepare(bench.request(), unhurried()), { kind: "rate-limited", retryAt: new Date(until) });
    t.equal(simulator.chassis.calls.length, asked);
    simulator.chassis.usage = { app: 2, account: 2, minutes: 0 };
    clock.set(new Date(until));
    t.equal((await platform.check(session, unhurried())).kind, "alive");
  }
});

t.test("hashtags and mentions are counted as such", async (t) => {
  const { definition } = await openInstagram(t);
  const faults = (caption: string) => definition.rules.caption.faults?.(caption).map(({ code }) => code);
  const many = (word: string, times: number) => Array.from({ length: times }, (_, n) => `${word}${n}`).join(" ");
  t.same(faults(`${many("#tag", 30)} ${many("@friend", 20)}`), []);
  t.same(faults(many("#tag", 31)), ["TOO_MANY_HASHTAGS"]);
  t.same(faults(many("@friend", 21)), ["TOO_MANY_MENTIONS"]);
  t.same(faults(many("ada@example.org a#b", 40)), [], "an address is no mention, a hash inside a word no hashtag");
});

t.test("without an app it is not offered; with one of two the other way says so", async (t) => {
  const clock = createTestClock();
  t.equal(instagram.open(await platformContext(t, instagram, { clock })), null);
  const variables = { INSTAGRAM_APP_ID: "543210987654321", INSTAGRAM_APP_SECRET: "secret-of-the-app" };
  const platform = instagram.open(await platformContext(t, instagram, { clock, variables }));
  const request = { server: null, state: "s", redirectUri: "https://atelier.example/back", codeChallenge: "c" };
  const start = (method: string) => platform?.authorise?.({ ...request, method }, unhurried());
  t.match(await start("instagram"), { kind: "started", url: /^https:\/\/www\.instagram\.com\/oauth\/authorize\?/ });
  t.match(await start("instagramWithFacebook"), { kind: "refused", code: "NOT_CONFIGURED" });
});
