import t, { type Test } from "tap";
import { openBlueskyBench } from "../../support/platform-benches/bluesky.ts";
import { publishImage } from "../../support/platform-benches/pictures.ts";
import { unhurried } from "../../support/platform-contract.ts";
import { memoryRefs } from "../../support/platform-request.ts";

async function open(t: Test) {
  const bench = await openBlueskyBench(t);
  const { platform } = bench;
  const send = async (change: Parameters<typeof bench.request>[0]) => {
    const request = bench.request(change);
    const prepared = await platform.prepare?.(request, unhurried());
    if (prepared?.kind !== "ready") throw new Error(JSON.stringify(prepared));
    return { request, outcome: await platform.publish(request, unhurried()) };
  };
  return { ...bench, send };
}

t.test("the record says what the post is", async (t) => {
  const { send, simulator } = await open(t);
  simulator.handles.set("bob.test", "did:plc:bob");
  const { outcome, request } = await send({
    caption: "With @bob.test and @nobody.test: https://example.org #boat",
    options: { languages: ["en", "pt-BR"], contentLabel: "graphic_media" },
    images: [await publishImage(1), await publishImage(2, { alt: "" })],
  });
  if (outcome.kind !== "published") return void t.fail(JSON.stringify(outcome));
  const record = simulator.records.get(outcome.externalId)?.record;
  t.match(record, {
    createdAt: request.preparedAt.toISOString(),
    langs: ["en", "pt-BR"],
    labels: { values: [{ val: "graphic-media" }] },
    embed: { images: [{ aspectRatio: { width: 96, height: 64 } }, { alt: "" }] },
  });
  t.same(
    record?.facets?.map(({ features }) => features[0]),
    [
      { $type: "app.bsky.richtext.facet#mention", did: "did:plc:bob" },
      { $type: "app.bsky.richtext.facet#link", uri: "https://example.org" },
      { $type: "app.bsky.richtext.facet#tag", tag: "boat" },
    ],
  );
  t.match(outcome.permalink, /^https:\/\/bsky\.app\/profile\/did:plc:\w+\/post\/\w{13}$/);
});

t.test("sent again after a mentioned handle moved, the record is the same", async (t) => {
  const { send, simulator, platform } = await open(t);
  simulator.handles.set("bob.test", "did:plc:bob");
  const { request } = await send({ caption: "With @bob.test" });
  simulator.handles.set("bob.test", "did:plc:other");
  await platform.prepare?.(request, unhurried());
  t.match(await platform.publish(request, unhurried()), { kind: "published" });
  t.equal(simulator.publicPosts.length, 1);
  t.same(simulator.offences, []);
});

t.test("uploads that the server cleared away are made again", async (t) => {
  const bench = await open(t);
  const { platform, simulator } = bench;
  const refs = memoryRefs({}, simulator.clock);
  const request = bench.request({ refs });
  await platform.prepare?.(request, unhurried());
  simulator.clearUploads();
  t.match(await platform.publish(request, unhurried()), { kind: "unavailable" });
  t.same(refs.all(), {});
  await platform.prepare?.(request, unhurried());
  t.match(await platform.publish(request, unhurried()), { kind: "published" });
});

t.test("a picture that is too large for the server's posts is refused in its words", async (t) => {
  const { send } = await open(t);
  const bytes = Buffer.concat([Buffer.from("ffd8ff", "hex"), Buffer.alloc(1_200_000)]);
  const { outcome } = await send({ images: [await publishImage(1, { read: () => Promise.resolve(bytes) })] });
  t.match(outcome, { kind: "refused", code: "INVALID_REQUEST", message: /It says: “.*BlobTooLarge/ });
});

t.test("a page of a proxy in front is no refusal", async (t) => {
  const bench = await open(t);
  const request = bench.request();
  await bench.platform.prepare?.(request, unhurried());
  for (const status of [400, 403, 404, 502]) {
    bench.simulator.interfere(/putRecord/, { status, body: "Please wait" });
    t.match(await bench.platform.publish(request, unhurried()), { kind: "ambiguous" }, String(status));
  }
});
