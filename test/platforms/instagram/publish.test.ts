import t, { type Test } from "tap";
import { sharp } from "../../../src/infra/sharp.ts";
import type { PublishRequest } from "../../../src/platforms/publication.ts";
import { type InstagramBench, openInstagram } from "../../support/platform-benches/instagram.ts";
import { publishImage } from "../../support/platform-benches/pictures.ts";
import { asSent, unhurried } from "../../support/platform-contract.ts";
import { memoryRefs } from "../../support/platform-request.ts";

const hour = 60 * 60_000;

/** Asks until the answer is no "wait". */
async function prepared(bench: InstagramBench, request: PublishRequest) {
  for (let round = 0; round < 20; round += 1) {
    const outcome = await bench.platform.prepare(request, unhurried());
    if (outcome.kind !== "waiting") return outcome;
    bench.clock.set(outcome.retryAt);
  }
  throw new Error("Instagram never was ready.");
}

const publish = (bench: InstagramBench, request: PublishRequest) => bench.platform.publish(request, unhurried());
const reconcile = (bench: InstagramBench, request: PublishRequest) => bench.platform.reconcile(request, unhurried());

/** A request that is ready to be published, and was begun now. */
async function sent(t: Test, bench: InstagramBench, change: Partial<PublishRequest> = {}) {
  const request = bench.request(change);
  t.equal((await prepared(bench, request)).kind, "ready");
  return asSent(bench, request);
}

const shape = (bench: InstagramBench) => [...bench.simulator.shelf.containers.values()].map(({ fields }) => fields);

t.test("one picture is one container, with everything that belongs to it", async (t) => {
  const bench = await openInstagram(t);
  const options = { collaborators: ["@bob", "cy.d"], locationId: "110774245616525" };
  const request = await sent(t, bench, { caption: "Boats #sea & more", options, madeWithAi: true });
  t.match(await publish(bench, request), { kind: "published" });
  t.match(shape(bench), [
    {
      ...{ caption: "Boats #sea & more", alt_text: "A flat picture number 20.", is_ai_generated: "true" },
      ...{ collaborators: '["bob","cy.d"]', location_id: "110774245616525", image_url: /^http/ },
    },
  ]);
  t.notHas(shape(bench)[0], ["media_type", "is_carousel_item"]);
  t.same(bench.simulator.offences, []);
});

t.test("several pictures are a carousel: the words belong to it alone, the alt texts to its pictures", async (t) => {
  const bench = await openInstagram(t);
  const images = await Promise.all([1, 2, 3].map((hue) => publishImage(hue)));
  const request = await sent(t, bench, { images, madeWithAi: true });
  const [one, two, three, carousel] = shape(bench);
  for (const child of [one, two, three])
    t.same(Object.keys(child ?? {}).toSorted(), ["alt_text", "image_url", "is_carousel_item"]);
  t.match(carousel, { media_type: "CAROUSEL", children: /^\d+,\d+,\d+$/, caption: "A boat.", is_ai_generated: "true" });
  bench.simulator.arm({ kind: "drop-after-effect" });
  t.equal((await publish(bench, request)).kind, "ambiguous");
  bench.clock.advance(90_000);
  t.match(await reconcile(bench, request), { kind: "present", externalId: bench.simulator.publicPosts[0]?.id });
  t.equal(bench.simulator.publicPosts.length, 1);
});

t.test("a location that is no id is refused before anything is sent", async (t) => {
  const bench = await openInstagram(t);
  const request = bench.request({ options: { locationId: "Paris" } });
  t.match(await prepared(bench, request), { kind: "refused", code: "INVALID_LOCATION" });
  t.equal(bench.simulator.chassis.calls.length, 0);
});

t.test("it asks after 2, 4, 8, 15, 30 and then every 60 seconds", async (t) => {
  const bench = await openInstagram(t);
  bench.simulator.shelf.processing = 8;
  const request = bench.request();
  const waits: number[] = [];
  for (;;) {
    const outcome = await bench.platform.prepare(request, unhurried());
    if (outcome.kind !== "waiting") break;
    waits.push((outcome.retryAt.getTime() - bench.clock.now().getTime()) / 1_000);
    bench.clock.set(outcome.retryAt);
  }
  t.same(waits, [2, 4, 8, 15, 30, 60, 60, 60]);
});

t.test("pictures that it does not take are refused in its own words", async (t) => {
  const bench = await openInstagram(t);
  const flat = async (width: number, height: number, format: "png" | "jpeg") => {
    const background = "#336699";
    const bytes = await sharp({ create: { width, height, channels: 3, background } })
      .toFormat(format)
      .toBuffer();
    return publishImage(1, { read: () => Promise.resolve(bytes) });
  };
  const wide = bench.request({ images: [await flat(400, 100, "jpeg")] });
  t.match(await prepared(bench, wide), { kind: "refused", code: "CONTENT_REFUSED_2207009" });
  const png = bench.request({ images: [await flat(400, 400, "png")] });
  t.match(await prepared(bench, png), { kind: "refused", code: "CONTENT_REFUSED_2207005" });
});

t.test("an address that cannot be fetched is tried once more, then it is said what to change", async (t) => {
  const bench = await openInstagram(t);
  const read = () => Promise.reject(new Error("gone"));
  const request = bench.request({ images: [await publishImage(1, { read })] });
  t.equal((await prepared(bench, request)).kind, "unavailable");
  t.match(await prepared(bench, request), { kind: "refused", code: "IMAGE_UNREACHABLE", message: /PUBLIC_URL/ });
});

t.test("what ended badly is made again where that helps, and refused where it does not", async (t) => {
  const bench = await openInstagram(t);
  bench.simulator.shelf.failures.push(2_207_053);
  t.equal((await prepared(bench, bench.request())).kind, "ready");
  t.equal(bench.simulator.reversibleCalls, 2);
  bench.simulator.shelf.failures.push(2_207_009);
  t.match(await prepared(bench, bench.request()), { kind: "refused", code: "CONTENT_REFUSED_2207009" });
});

t.test("a post that is spoilt time and again does not use up the account's containers", async (t) => {
  const bench = await openInstagram(t);
  bench.simulator.shelf.failures.push(...Array.from({ length: 100 }, () => 2_207_053));
  const request = bench.request();
  t.match(await prepared(bench, request), { kind: "rate-limited", message: /spoilt/ });
  t.equal(bench.simulator.reversibleCalls, 6);
  bench.clock.advance(2 * hour);
  bench.simulator.shelf.failures.splice(0);
  t.equal((await prepared(bench, request)).kind, "ready");
});

t.test("an account that made 400 containers in a day waits", async (t) => {
  const bench = await openInstagram(t);
  const others = { fields: {}, bornAt: bench.clock.now(), polls: 0, failure: null, published: true };
  for (let n = 0; n < 400; n += 1) bench.simulator.shelf.containers.set(`other${n}`, { id: `other${n}`, ...others });
  t.match(await prepared(bench, bench.request()), { kind: "rate-limited", retryAt: null });
  bench.clock.advance(24 * hour);
  t.equal((await prepared(bench, bench.request())).kind, "ready");
});

t.test("containers that ran out are made again, a carousel's pictures too", async (t) => {
  const bench = await openInstagram(t);
  const request = bench.request({ images: await Promise.all([1, 2].map((hue) => publishImage(hue))) });
  t.equal((await prepared(bench, request)).kind, "ready");
  bench.clock.advance(25 * hour);
  t.equal((await prepared(bench, request)).kind, "ready");
  t.equal(bench.simulator.reversibleCalls, 6);
  t.equal((await publish(bench, request)).kind, "published");
});

t.test("a container that is not to be seen yet is waited for, and made again when it stays away", async (t) => {
  const bench = await openInstagram(t);
  const request = bench.request();
  await bench.platform.prepare(request, unhurried());
  bench.simulator.shy = 2;
  t.equal((await prepared(bench, request)).kind, "ready");
  t.equal(bench.simulator.reversibleCalls, 1);
  bench.simulator.shy = 1_000;
  bench.clock.advance(hour);
  t.match(await bench.platform.prepare(request, unhurried()), { kind: "waiting", message: /no longer knows/ });
});

t.test("a spam guard that refuses what went out does not lead to a second post", async (t) => {
  const bench = await openInstagram(t);
  const request = await sent(t, bench);
  bench.simulator.arm({ kind: "guard-after-effect" });
  t.equal((await publish(bench, request)).kind, "ambiguous");
  bench.clock.advance(90_000);
  t.match(await reconcile(bench, request), { kind: "present", externalId: bench.simulator.publicPosts[0]?.id });
});

t.test(
  "what never arrived is absent only when nothing can be on its way, and goes out with the same container",
  async (t) => {
    const bench = await openInstagram(t);
    const request = await sent(t, bench);
    bench.simulator.arm({ kind: "refuse" });
    t.equal((await publish(bench, request)).kind, "ambiguous");
    bench.clock.advance(59_000);
    t.match(await reconcile(bench, request), { kind: "unreadable", message: /on its way/ });
    bench.clock.advance(1_000);
    t.match(await reconcile(bench, request), { kind: "absent", certain: true });
    t.equal((await prepared(bench, request)).kind, "ready");
    t.equal((await publish(bench, request)).kind, "published");
    t.equal(bench.simulator.reversibleCalls, 1);
  },
);

t.test("a post that is out is pending until the list shows it", async (t) => {
  const bench = await openInstagram(t);
  const request = await sent(t, bench);
  bench.simulator.arm({ kind: "stale-lists", milliseconds: 5 * 60_000 });
  bench.simulator.arm({ kind: "drop-after-effect" });
  await publish(bench, request);
  bench.clock.advance(90_000);
  t.match(await reconcile(bench, request), { kind: "pending", externalId: /^\d+$/ });
  bench.clock.advance(5 * 60_000);
  t.match(await reconcile(bench, request), { kind: "present" });
});

t.test("two posts that look alike are told to a person, also where lists show no captions", async (t) => {
  const bench = await openInstagram(t);
  bench.simulator.captions = false;
  const first = await sent(t, bench, { caption: "One" });
  await publish(bench, first);
  const second = await sent(t, bench, { caption: "Two" });
  bench.simulator.arm({ kind: "drop-after-effect" });
  await publish(bench, second);
  t.equal((await reconcile(bench, second)).kind, "unknown");
  bench.simulator.captions = true;
  t.match(await reconcile(bench, second), { kind: "present", externalId: bench.simulator.publicPosts[1]?.id });
});

t.test("an older post with the same words is another one, whatever of the list is asked for", async (t) => {
  for (const heeds of [true, false]) {
    const bench = await openInstagram(t);
    bench.simulator.heedsSince = heeds;
    await publish(bench, await sent(t, bench));
    bench.clock.advance(hour);
    const request = await sent(t, bench);
    bench.simulator.arm({ kind: "stale-lists", milliseconds: hour });
    bench.simulator.arm({ kind: "drop-after-effect" });
    await publish(bench, request);
    bench.clock.advance(90_000);
    t.equal((await reconcile(bench, request)).kind, "pending");
    bench.clock.advance(hour);
    t.match(await reconcile(bench, request), { kind: "present", externalId: bench.simulator.publicPosts[1]?.id });
  }
});

t.test("a container that claims to have run out is not made again while its post is there", async (t) => {
  const bench = await openInstagram(t);
  const request = await sent(t, bench);
  bench.simulator.arm({ kind: "drop-after-effect" });
  await publish(bench, request);
  for (const container of bench.simulator.shelf.containers.values()) container.published = false;
  bench.clock.advance(25 * hour);
  t.equal((await prepared(bench, request)).kind, "ready");
  t.equal((await publish(bench, request)).kind, "ambiguous");
  t.match(await reconcile(bench, request), { kind: "present", externalId: bench.simulator.publicPosts[0]?.id });
  t.equal(bench.simulator.reversibleCalls, 1);
});

t.test("a container that ran out unpublished leaves room for doubt, and none leaves nothing to ask", async (t) => {
  const bench = await openInstagram(t);
  const request = await sent(t, bench);
  bench.clock.advance(25 * hour);
  t.match(await reconcile(bench, request), { kind: "absent", certain: false });
  t.equal((await reconcile(bench, { ...request, refs: memoryRefs() })).kind, "unknown");
  bench.simulator.shy = 1;
  t.equal((await reconcile(bench, request)).kind, "unreadable");
});
