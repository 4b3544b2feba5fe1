import t from "tap";
import type { PublishRequest } from "../../../src/platforms/publication.ts";
import { type FacebookBench, openFacebook } from "../../support/platform-benches/facebook.ts";
import { publishImage } from "../../support/platform-benches/pictures.ts";
import { asSent, unhurried } from "../../support/platform-contract.ts";
import { memoryRefs } from "../../support/platform-request.ts";

const hour = 60 * 60_000;

const prepare = (bench: FacebookBench, request: PublishRequest) => bench.platform.prepare(request, unhurried());
const publish = (bench: FacebookBench, request: PublishRequest) => bench.platform.publish(request, unhurried());
const reconcile = (bench: FacebookBench, request: PublishRequest) => bench.platform.reconcile(request, unhurried());

/** A post that is out, of which we did not hear. */
async function interrupted(bench: FacebookBench, change: Partial<PublishRequest> = {}) {
  const request = asSent(bench, bench.request(change));
  await prepare(bench, request);
  bench.simulator.arm({ kind: "drop-after-effect" });
  await publish(bench, request);
  return request;
}

t.test("pictures are uploaded unseen, each once, and shown by one post", async (t) => {
  const bench = await openFacebook(t);
  const images = await Promise.all([1, 2, 3].map((hue) => publishImage(hue)));
  const refs = memoryRefs();
  const request = bench.request({ images, refs });
  t.same(await prepare(bench, request), { kind: "ready" });
  t.same(Object.keys(refs.all()), ["photo0", "photo1", "photo2"]);
  t.equal(bench.simulator.publicPosts.length, 0);
  t.match(await publish(bench, request), { kind: "published", externalId: /^100200300_\d+$/ });
  t.match(bench.simulator.publicPosts, [{ images: 3, altTexts: images.map(({ alt }) => alt), text: "A boat." }]);
});

t.test("what was not uploaded is not posted", async (t) => {
  const bench = await openFacebook(t);
  t.equal((await publish(bench, bench.request())).kind, "unavailable");
  t.equal(bench.simulator.irreversibleCalls, 0);
});

t.test("photos that Facebook no longer has are uploaded anew once", async (t) => {
  const bench = await openFacebook(t);
  const request = bench.request();
  await prepare(bench, request);
  bench.clock.advance(25 * hour);
  t.match(await publish(bench, request), { kind: "unavailable", message: /no longer has the pictures/ });
  t.equal((await prepare(bench, request)).kind, "ready");
  t.equal(bench.simulator.reversibleCalls, 2);
  bench.simulator.photos.clear();
  t.match(await publish(bench, request), { kind: "refused", code: "CONTENT_REFUSED_100" });
});

t.test("the photos lead to an interrupted post, whatever lists show", async (t) => {
  const bench = await openFacebook(t);
  bench.simulator.arm({ kind: "stale-lists", milliseconds: hour });
  const request = await interrupted(bench);
  const id = bench.simulator.publicPosts[0]?.id;
  t.match(await reconcile(bench, request), { kind: "present", externalId: id, permalink: /facebook\.com/ });
});

t.test("where photos tell nothing the Page's list does, by words, time and number of pictures", async (t) => {
  const bench = await openFacebook(t);
  bench.simulator.tellsStories = false;
  const request = await interrupted(bench, { caption: "A  boat\r\nat dusk " });
  t.match(await reconcile(bench, request), { kind: "present", externalId: bench.simulator.publicPosts[0]?.id });
  const other = { ...request, caption: "A boat at dawn" };
  t.match(await reconcile(bench, other), { kind: "absent", certain: false });
  const more = { ...request, images: [...request.images, await publishImage(2)] };
  t.match(await reconcile(bench, more), { kind: "absent", certain: false });
  bench.clock.advance(hour);
  t.match(await reconcile(bench, asSent(bench, request)), { kind: "absent", certain: false });
});

t.test("a list that is late proves nothing, and two posts that look alike are told to a person", async (t) => {
  const bench = await openFacebook(t);
  bench.simulator.tellsStories = false;
  bench.simulator.arm({ kind: "stale-lists", milliseconds: hour });
  const request = await interrupted(bench);
  t.match(await reconcile(bench, request), { kind: "absent", certain: false });
  bench.clock.advance(hour);
  t.match(await reconcile(bench, request), { kind: "present" });
  const again = await interrupted(bench);
  await interrupted(bench);
  t.equal((await reconcile(bench, again)).kind, "unknown");
});

t.test("a post with the same words and other photos is not ours", async (t) => {
  const bench = await openFacebook(t);
  await interrupted(bench);
  const request = asSent(bench, bench.request());
  await prepare(bench, request);
  bench.simulator.arm({ kind: "refuse" });
  t.equal((await publish(bench, request)).kind, "ambiguous");
  t.match(await reconcile(bench, request), { kind: "absent", certain: false });
});

t.test("the answer that it was posted already is looked up, not believed", async (t) => {
  const bench = await openFacebook(t);
  const request = await interrupted(bench);
  t.equal((await publish(bench, request)).kind, "ambiguous", "its photos are out");
  t.match(await reconcile(bench, request), { kind: "present" });
  bench.simulator.refusesRepeats = true;
  const repeated = asSent(bench, bench.request());
  await prepare(bench, repeated);
  t.equal((await publish(bench, repeated)).kind, "ambiguous", "its words are out");
  t.match(await reconcile(bench, repeated), { kind: "absent", certain: false });
  t.equal(bench.simulator.publicPosts.length, 1);
});
