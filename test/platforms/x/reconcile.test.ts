import t from "tap";
import { publishImage } from "../../support/platform-benches/pictures.ts";
import { openX } from "../../support/platform-benches/x.ts";
import { asSent, unhurried } from "../../support/platform-contract.ts";
import { memoryRefs } from "../../support/platform-request.ts";

const minute = 60_000;

/** A post whose answer was lost. */
async function lost(t: Parameters<typeof openX>[0], caption = "A boat.", pictures = 1, pays = "None") {
  const bench = await openX(t);
  bench.simulator.user.subscription_type = pays;
  const images = await Promise.all(Array.from({ length: pictures }, (_, n) => publishImage(n)));
  const request = asSent(bench, bench.request({ caption, images, refs: memoryRefs({}, bench.clock) }));
  await bench.platform.prepare(request, unhurried());
  bench.simulator.arm({ kind: "drop-after-effect" });
  await bench.platform.publish(request, unhurried());
  const look = () => bench.platform.reconcile(request, unhurried());
  /** As if X had kept other keys of the pictures than it told. */
  const loseKeys = async () => {
    for (const index of images.keys()) {
      const upload = JSON.parse(request.refs.get(`media:${index}`)?.value ?? "{}");
      await request.refs.keep(`media:${index}`, JSON.stringify({ ...upload, key: `3_other${index}` }));
    }
  };
  return { ...bench, sent: request, look, loseKeys, id: bench.simulator.publicPosts[0]?.id ?? "" };
}

t.test("a post is found by its pictures, among others with the same words", async (t) => {
  const { simulator, look, id } = await lost(t);
  simulator.postByHand("A boat.", 1);
  t.match(await look(), { kind: "present", externalId: id, permalink: `https://x.com/ada/status/${id}` });
  t.equal(simulator.asked.at(-1)?.query.get("exclude"), "retweets");
});

for (const naming of ["tweet", "post"] as const) {
  t.test(`a long post is found by its whole text, in the words of "${naming}"`, async (t) => {
    const { simulator, look, loseKeys, id } = await lost(t, `A boat. ${"Then another. ".repeat(40)}`, 1, "Premium");
    simulator.server.naming = naming;
    await loseKeys();
    t.match(await look(), { kind: "present", externalId: id });
  });
}

t.test("where X hides the pictures nothing is guessed", async (t) => {
  const { simulator, look } = await lost(t);
  simulator.server.hidesMedia = true;
  t.match(await look(), { kind: "absent", certain: false });
});

t.test("by its words, which X shows with its own links", async (t) => {
  const caption = "Ships & boats <3: see Example.org, https://example.com/a?b=c&d=e\n\nand  café";
  const { simulator, look, loseKeys, id } = await lost(t, caption, 2);
  await loseKeys();
  t.match(await look(), { kind: "present", externalId: id });
  simulator.postByHand("Ships & boats", 2);
  simulator.postByHand(caption, 1);
  t.match(await look(), { kind: "present", externalId: id }, "neither other words nor fewer pictures");
  simulator.postByHand(caption, 2);
  t.match(await look(), { kind: "unknown", message: /several/ });
});

t.test("posts of another time are not it", async (t) => {
  const bench = await openX(t);
  const { simulator, platform } = bench;
  simulator.postByHand("A boat.", 1);
  simulator.advance(10 * minute);
  const request = asSent(bench, bench.request({ refs: memoryRefs({}, bench.clock) }));
  await platform.prepare(request, unhurried());
  simulator.arm({ kind: "error-before-effect" });
  t.match(await platform.publish(request, unhurried()), { kind: "ambiguous" });
  t.match(await platform.reconcile(request, unhurried()), { kind: "absent", certain: false });
  simulator.advance(20 * minute);
  simulator.postByHand("A boat.", 1);
  t.match(await platform.reconcile(request, unhurried()), { kind: "absent", certain: false });
});

t.test("a busy account is looked through, but not without end", async (t) => {
  const { simulator, look, id } = await lost(t);
  for (let number = 0; number < 90; number += 1) simulator.postByHand(`Later ${number}`);
  t.match(await look(), { kind: "present", externalId: id });
  for (let number = 0; number < 20; number += 1) simulator.postByHand(`Later still ${number}`);
  t.match(await look(), { kind: "unreadable", message: /too much/ });
});

t.test("what was sent again after its uploads ran out is found by the first ones too", async (t) => {
  const bench = await lost(t);
  const { simulator, platform, session, sent } = bench;
  simulator.advance(24 * 60 * minute);
  const renewed = await platform.refresh(session, unhurried());
  if (renewed.kind !== "renewed") return void t.fail(JSON.stringify(renewed));
  const later = asSent(bench, { ...sent, session: { ...session, credentials: renewed.credentials } });
  await platform.prepare(later, unhurried());
  t.equal(simulator.reversibleCalls, 2);
  simulator.postByHand("A boat.", 1);
  simulator.server.memory = 48 * 60 * minute;
  t.match(await platform.publish(later, unhurried()), { kind: "ambiguous" });
  t.match(await platform.reconcile(later, unhurried()), { kind: "present", externalId: bench.id });
  t.equal(simulator.publicPosts.length, 1);
});

t.test("pictures that never were at X are in no post of it", async (t) => {
  const bench = await openX(t);
  t.match(await bench.platform.reconcile(asSent(bench, bench.request()), unhurried()), {
    kind: "absent",
    certain: true,
  });
  t.equal(bench.simulator.asked.length, 0, "which costs nothing to know");
});

t.test("a post is read back, and said to be gone", async (t) => {
  const { platform, session, simulator, id, missingId = "" } = await lost(t);
  t.match(await platform.verify(session, id, unhurried()), {
    kind: "there",
    permalink: `https://x.com/ada/status/${id}`,
  });
  t.match(await platform.verify(session, missingId, unhurried()), { kind: "gone" });
  simulator.interfere(/GET \/2\/tweets/, { status: 404, body: "A page of a proxy" });
  t.match(await platform.verify(session, id, unhurried()), { kind: "unavailable" });
});
