import t from "tap";
import { openMastodonBench } from "../../support/platform-benches/mastodon.ts";
import { publishImage } from "../../support/platform-benches/pictures.ts";
import { asSent, unhurried } from "../../support/platform-contract.ts";
import { memoryRefs } from "../../support/platform-request.ts";

const hour = 60 * 60_000;

t.test("options, descriptions and focus arrive", async (t) => {
  const bench = await openMastodonBench(t);
  const { platform, simulator } = bench;
  const request = bench.request({
    options: { visibility: "unlisted", sensitive: true, spoilerText: "A wreck", language: "de" },
    images: [await publishImage(1, { focus: { x: 0.75, y: 0.25 } })],
  });
  await platform.prepare(request, unhurried());
  await platform.publish(request, unhurried());
  t.match(simulator.statuses[0]?.fields, {
    ...{ visibility: "unlisted", sensitive: true, spoiler_text: "A wreck", language: "de" },
  });
  t.match([...simulator.uploads.values()], [{ description: "A flat picture number 1.", focus: "0.500,0.500" }]);
  t.same(simulator.offences, []);
});

t.test("pictures that a server works on are waited for", async (t) => {
  const bench = await openMastodonBench(t);
  bench.simulator.server.processing = 3;
  const refs = memoryRefs({}, bench.simulator.clock);
  const request = bench.request({ refs });
  const waits: string[] = [];
  for (let look = 0; look < 5; look += 1) waits.push((await bench.platform.prepare(request, unhurried())).kind);
  t.same(waits, ["waiting", "waiting", "ready", "ready", "ready"]);
  t.equal(bench.simulator.reversibleCalls, 1);
  t.match(await bench.platform.publish(request, unhurried()), { kind: "published" });
});

t.test("a picture that the server cannot work on is refused", async (t) => {
  const bench = await openMastodonBench(t);
  bench.simulator.server.processing = 3;
  bench.simulator.interfere(/GET \/api\/v1\/media/, { status: 422, body: { error: "Error processing" } });
  t.match(await bench.platform.prepare(bench.request(), unhurried()), { kind: "refused", code: "MEDIA_FAILED" });
});

t.test("sent again after the key's hour, a post that is out is not there twice", async (t) => {
  const bench = await openMastodonBench(t);
  const { platform, simulator } = bench;
  const request = asSent(bench, bench.request());
  await platform.prepare(request, unhurried());
  simulator.arm({ kind: "drop-after-effect" });
  t.match(await platform.publish(request, unhurried()), { kind: "ambiguous" });
  simulator.advance(2 * hour);
  t.match(await platform.publish(request, unhurried()), { kind: "ambiguous" }, "its uploads belong to a post");
  t.equal(simulator.publicPosts.length, 1);
  for (let n = 0; n < 60; n += 1) simulator.postByHand(`Later ${n}`);
  t.match(await platform.reconcile(request, unhurried()), {
    kind: "present",
    externalId: simulator.publicPosts[0]?.id,
  });
});

t.test("uploads that were cleared away after a day are made again, unless the post is out", async (t) => {
  const bench = await openMastodonBench(t);
  const { platform, simulator } = bench;
  const request = bench.request({ refs: memoryRefs({}, simulator.clock) });
  await platform.prepare(request, unhurried());
  simulator.advance(30 * hour);
  t.match(await platform.prepare(request, unhurried()), { kind: "ready" });
  t.equal(simulator.reversibleCalls, 2);
  t.match(await platform.publish(request, unhurried()), { kind: "published" });
  simulator.advance(30 * hour);
  t.match(await platform.prepare(request, unhurried()), { kind: "ready" });
  t.equal(simulator.reversibleCalls, 2, "a second upload would open the way to a second post");
});

t.test("numbers are read one by one where a server does not know more", async (t) => {
  const bench = await openMastodonBench(t);
  const { platform, simulator, session } = bench;
  const request = bench.request();
  await platform.prepare(request, unhurried());
  await platform.publish(request, unhurried());
  simulator.server.batch = false;
  const id = simulator.publicPosts[0]?.id ?? "";
  const outcome = await platform.measure(session, ["999", id], unhurried());
  if (outcome.kind !== "measured") return void t.fail(JSON.stringify(outcome));
  t.same([...outcome.posts], [[id, { values: { LIKES: 4, COMMENTS: 1, SHARES: 2, QUOTES: 0 }, unknown: {} }]]);
});

t.test("access that may no longer post asks for a new connection", async (t) => {
  const bench = await openMastodonBench(t);
  const request = bench.request();
  await bench.platform.prepare(request, unhurried());
  bench.simulator.oauth.tokens.set(bench.simulator.token, ["read"]);
  t.match(await bench.platform.publish(request, unhurried()), {
    kind: "unauthorized",
    message: /outside the authorized/,
  });
});
