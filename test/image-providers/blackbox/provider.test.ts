import t from "tap";
import { blackboxSimulator } from "../../simulators/blackbox.ts";
import { createTestClock } from "../../support/clock.ts";
import { generateWith, generationContext, openProvider, requestFor, testTime } from "../../support/image-providers.ts";
import { client } from "../../support/outbound.ts";
import { openBlackbox } from "./contract-row.ts";

const sentTo = ({ api }: { api: { arrivals: readonly { body: Buffer }[] } }) =>
  api.arrivals.map(({ body }) => JSON.parse(body.toString()));

t.test("without a key it is not there", async (t) => {
  t.equal(openProvider("blackbox", {}), null);
  t.equal(openProvider("blackbox", { BLACKBOX_URL: "http://127.0.0.1:1" }), null);
});

t.test("a request says what is documented and nothing else", async (t) => {
  const simulator = await blackboxSimulator(t);
  const provider = openBlackbox(simulator.origin, simulator.key);
  const { outcome, progress } = await generateWith(t, provider);
  t.match(outcome, { ok: true, seed: null, cost: { kind: "UNKNOWN" }, model: /^black-forest-labs\/flux-1\.1-pro:/ });
  t.ok(outcome.ok && outcome.bytes.equals(simulator.picture));
  t.strictSame(sentTo(simulator), [
    { model: "blackboxai/black-forest-labs/flux-1.1-pro", messages: [{ role: "user", content: "a boat" }] },
  ]);
  t.match(simulator.api.arrivals[0], { method: "POST", path: "/chat/completions" });
  t.equal(simulator.delivery.arrivals.length, 1);
  t.equal(simulator.delivery.arrivals[0]?.headers.authorization, undefined, "the picture's host sees no key");
  t.same(
    progress.map(({ phase }) => phase),
    ["Waiting for Blackbox AI", "Fetching the picture"],
  );
  t.ok(
    progress.every(({ fraction }) => fraction === null),
    "it does not know how far it is",
  );
});

t.test("a picture is found in every coat", async (t) => {
  const simulator = await blackboxSimulator(t);
  const provider = openBlackbox(simulator.origin, simulator.key);
  const coats = [
    ...["nulls", "glued", "first-dead", "markdown", "chatty", "data-url", "base64", "parts", "images", "openai-shape"],
    "at-moved",
  ];
  for (const coat of coats) {
    const { outcome } = await generateWith(t, provider, { prompt: `a boat sim:${coat}` });
    t.ok(outcome.ok && outcome.bytes.equals(simulator.picture), `${coat}: ${outcome.ok || outcome.detail}`);
  }
  t.equal(simulator.charged, coats.length);
});

t.test("what the API charges is told where it says so", async (t) => {
  const simulator = await blackboxSimulator(t);
  const provider = openBlackbox(simulator.origin, simulator.key);
  const { outcome } = await generateWith(t, provider, { prompt: "a boat sim:priced" });
  t.same(outcome.cost, { kind: "REPORTED", amount: 0.04, currency: "USD" });
  for (const [trouble, kind] of [
    ...[
      ["no-credit", "NONE"],
      ["429", "NONE"],
      ["bad-request", "NONE"],
      ["upstream-key", "UNKNOWN"],
    ],
    ...[
      ["empty", "UNKNOWN"],
      ["drop", "UNKNOWN"],
      ["at-gone", "UNKNOWN"],
    ],
  ]) {
    const { outcome: failure } = await generateWith(t, provider, { prompt: `a boat sim:${trouble}` });
    t.equal(failure.cost?.kind, kind, String(trouble));
  }
});

t.test("leaving does not undo the charge", async (t) => {
  const simulator = await blackboxSimulator(t);
  const provider = openBlackbox(simulator.origin, simulator.key, { BLACKBOX_TIMEOUT_SECONDS: "5" });
  const stop = new AbortController();
  const request = requestFor(provider.capabilities.models[0], { prompt: "a boat sim:at-slow" });
  const call = provider.generate(request, {
    ...generationContext(t, { signal: stop.signal }),
    onProgress: ({ phase }) => {
      if (phase === "Fetching the picture") setTimeout(() => stop.abort(), 20);
    },
  });
  t.match(await call, { ok: false, failure: "cancelled", cost: { kind: "UNKNOWN" } });
  t.equal(simulator.charged, 1);
});

t.test("a refused key is the operator's business, and is not shown", async (t) => {
  const simulator = await blackboxSimulator(t);
  const wrong = "sk-wrong-0123456789-secret";
  const { outcome } = await generateWith(t, openBlackbox(simulator.origin, wrong));
  t.match(outcome, { ok: false, failure: "auth", message: "Blackbox AI did not accept this server's key." });
  t.notMatch(JSON.stringify(outcome), /wrong|secret/);
});

t.test("an unknown model is told as such", async (t) => {
  const simulator = await blackboxSimulator(t);
  const provider = openBlackbox(simulator.origin, simulator.key, {
    BLACKBOX_MODELS: "blackboxai/black-forest-labs/flux-pro",
  });
  t.match((await generateWith(t, provider)).outcome, { ok: false, failure: "model_not_found", cost: { kind: "NONE" } });
});

t.test("shapes and what to avoid go into words, for models that follow them", async (t) => {
  const simulator = await blackboxSimulator(t);
  const banana = "blackboxai/google/nano-banana";
  const wide = { model: banana, width: 1344, height: 768, negativePrompt: "people" };
  await generateWith(t, openBlackbox(simulator.origin, simulator.key), wide);
  await generateWith(t, openBlackbox(simulator.origin, simulator.key, { BLACKBOX_AVOID_WORDS: "true" }), wide);
  await generateWith(t, openBlackbox(simulator.origin, simulator.key, { BLACKBOX_SHAPE_WORDS: "false" }), wide);
  t.same(
    sentTo(simulator).map(({ messages: [{ content }] }) => content),
    [
      "a boat\nMake the picture in the aspect ratio 16:9.",
      "a boat\nMake the picture in the aspect ratio 16:9.\nAvoid: people.",
      "a boat",
    ],
  );
  const { models } = openBlackbox(simulator.origin, simulator.key).capabilities;
  t.same(
    models.map(({ id, sizes, price }) => [
      id.split("/").at(-1),
      sizes.kind === "RATIOS" && sizes.sizes.length,
      price?.amount,
    ]),
    [
      ["flux-1.1-pro", 1, 0.04],
      ["flux-schnell", 1, 0.003],
      ["imagen-4-fast", 7, undefined],
      ["nano-banana", 7, 0.039],
    ],
  );
});

t.test("a prompt that grew too long with its words is refused before anything is sent", async (t) => {
  const simulator = await blackboxSimulator(t);
  const provider = openBlackbox(simulator.origin, simulator.key);
  const { outcome } = await generateWith(t, provider, { prompt: "🛶".repeat(1_000) });
  t.match(outcome, { ok: false, failure: "invalid_request", message: /has 2000 characters.*at most 1900/ });
  t.equal(simulator.api.arrivals.length, 0);
});

t.test("a seed is sent where the operator wants it, and not again to a model that refuses it", async (t) => {
  const simulator = await blackboxSimulator(t);
  const provider = openBlackbox(simulator.origin, simulator.key, { BLACKBOX_SEND_SEED: "true" });
  t.match((await generateWith(t, provider)).outcome, { ok: true, seed: null });
  simulator.strictFields = true;
  t.match((await generateWith(t, provider)).outcome, { ok: true });
  t.match((await generateWith(t, provider)).outcome, { ok: true });
  t.same(
    sentTo(simulator).map(({ seed }) => seed),
    [7, 7, undefined, undefined],
  );
});

t.test("pictures to start from are sent where the operator wants it", async (t) => {
  const simulator = await blackboxSimulator(t);
  const plain = openBlackbox(simulator.origin, simulator.key);
  t.ok(plain.capabilities.models.every(({ inputImage }) => inputImage === null));
  const provider = openBlackbox(simulator.origin, simulator.key, { BLACKBOX_INPUT_IMAGES: "true" });
  const banana = "blackboxai/google/nano-banana";
  const inputImage = { bytes: Buffer.from("picture"), mime: "image/png" };
  t.match((await generateWith(t, provider, { model: banana, inputImage })).outcome, { ok: true });
  t.same(sentTo(simulator)[0].messages[0].content, [
    { type: "text", text: "a boat\nMake the picture in the aspect ratio 1:1." },
    { type: "image_url", image_url: { url: `data:image/png;base64,${Buffer.from("picture").toString("base64")}` } },
  ]);
  const { models } = (await provider.listModels?.(generationContext(t))) ?? { models: [] };
  t.match(
    models.find(({ id }) => id.endsWith("/edit")),
    { inputImage: { required: true } },
  );
});

t.test("the models of the key come in the configured order, a default that is gone behind", async (t) => {
  const simulator = await blackboxSimulator(t);
  simulator.models.shift();
  const provider = openBlackbox(simulator.origin, simulator.key, {
    BLACKBOX_MODELS: "blackboxai/black-forest-labs/flux-1.1-pro,blackboxai/google/nano-banana",
  });
  const { models, listedAt } = (await provider.listModels?.(generationContext(t))) ?? { models: [], listedAt: null };
  t.same(listedAt, testTime);
  t.same(
    models.map(({ id, listed }) => [id.slice("blackboxai/".length), listed]),
    [
      ["google/nano-banana", true],
      ["black-forest-labs/flux-1.1-pro", false],
      ["black-forest-labs/flux-schnell", true],
      ["google/imagen-4-fast", true],
    ],
    "without tools, videos, drawings, chat and models that need a picture",
  );
});

t.test("pictures are taken from the allowed hosts alone, where the operator names some", async (t) => {
  const simulator = await blackboxSimulator(t);
  const hosts = (list: string) => openBlackbox(simulator.origin, simulator.key, { BLACKBOX_IMAGE_HOSTS: list });
  t.match((await generateWith(t, hosts("replicate.delivery,*.fal.media"))).outcome, {
    ok: false,
    failure: "bad_output",
    detail: /host that is not allowed: 127\.0\.0\.1/,
  });
  t.equal(simulator.delivery.arrivals.length, 0);
  t.match((await generateWith(t, hosts("replicate.delivery,127.0.0.1"))).outcome, { ok: true });
});

t.test("the configured address may be private; what it names may not", async (t) => {
  const simulator = await blackboxSimulator(t);
  const http = client(t, { allowedNetworks: [], allowHttp: false });
  const { outcome } = await generateWith(t, openBlackbox(simulator.origin, simulator.key), {}, { http });
  t.match(outcome, { ok: false, failure: "bad_output" }, "the picture's host is another one");
  t.equal(simulator.api.arrivals.length, 1);
  t.equal(simulator.delivery.arrivals.length, 0);
});

t.test("paths and address are configuration", async (t) => {
  const simulator = await blackboxSimulator(t);
  const provider = openBlackbox(`${simulator.origin}/`, simulator.key, { BLACKBOX_CHAT_PATH: "/v1/chat/completions" });
  t.match((await generateWith(t, provider)).outcome, { ok: true });
  t.equal(simulator.api.arrivals[0]?.path, "/v1/chat/completions");
});

t.test("an old list is asked for again after an hour, a failed one after a minute", async (t) => {
  const simulator = await blackboxSimulator(t);
  const clock = createTestClock(testTime);
  const environment = { BLACKBOX_API_KEY: simulator.key, BLACKBOX_URL: simulator.origin };
  const provider = openProvider("blackbox", environment, clock);
  const context = generationContext(t);
  await provider?.listModels?.(context);
  clock.advance(3_599_000);
  await provider?.listModels?.(context);
  t.equal(simulator.api.arrivals.length, 1);
  clock.advance(2_000);
  await provider?.listModels?.(context);
  t.equal(simulator.api.arrivals.length, 2);

  const wrong = openProvider("blackbox", { ...environment, BLACKBOX_API_KEY: "sk-wrong" }, clock);
  t.match(await wrong?.listModels?.(context), { listedAt: null });
  clock.advance(59_000);
  await wrong?.listModels?.(context);
  t.equal(simulator.api.arrivals.length, 3);
  clock.advance(2_000);
  await wrong?.listModels?.(context);
  t.equal(simulator.api.arrivals.length, 4);
});
