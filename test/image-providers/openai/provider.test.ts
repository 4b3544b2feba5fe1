import t from "tap";
import type { GenerationRequest } from "../../../src/image-providers/provider.ts";
import { sharp } from "../../../src/infra/sharp.ts";
import { paint } from "../../simulators/loopback.ts";
import { openAiSimulator } from "../../simulators/openai.ts";
import { generateWith, generationContext, openProvider } from "../../support/image-providers.ts";
import { client } from "../../support/outbound.ts";
import { openOpenAi } from "./contract-row.ts";

t.test("it is there with a key, or with a server that needs none", async (t) => {
  t.equal(openProvider("openai", {}), null);
  t.match(openProvider("openai", { OPENAI_API_KEY: "sk-x" }), { label: "OpenAI" });
  const local = openProvider("openai", { OPENAI_URL: "http://127.0.0.1:8080/v1", OPENAI_LABEL: "LocalAI" });
  t.match(local, { name: "openai", label: "LocalAI" });
});

t.test("a GPT Image model sends unfinished pictures on the way", async (t) => {
  const simulator = await openAiSimulator(t);
  const { outcome, progress } = await generateWith(t, openOpenAi(simulator.baseUrl, simulator.key));
  t.match(outcome, { ok: true, model: "gpt-image-2", seed: null });
  t.ok(outcome.ok && outcome.bytes.equals(simulator.picture));
  t.strictSame(simulator.asked, [
    ...[{ model: "gpt-image-2", prompt: "a boat", n: 1, size: "1024x1024", stream: true, partial_images: 2 }],
  ]);
  const drawn = progress.filter(({ preview }) => preview !== undefined);
  t.same(
    drawn.map(({ fraction, phase }) => [Math.round((fraction ?? 0) * 100), phase]),
    [
      [33, "Drawing"],
      [67, "Drawing"],
    ],
  );
  t.ok(drawn.every(({ preview }) => preview?.equals(simulator.picture)));
});

t.test("the finished picture counts, whatever happens to the stream around it", async (t) => {
  const simulator = await openAiSimulator(t);
  const provider = openOpenAi(simulator.baseUrl, simulator.key);
  for (const trouble of ["eager", "finished-break", "big"]) {
    const { outcome } = await generateWith(t, provider, { prompt: `a boat sim:${trouble}` });
    t.match(outcome, { ok: true }, trouble);
    if (trouble === "big") t.ok(outcome.ok && outcome.bytes.length > 1_000_000);
  }
});

t.test("without unfinished pictures it asks plainly, and says that it only estimates", async (t) => {
  const simulator = await openAiSimulator(t);
  const provider = openOpenAi(simulator.baseUrl, simulator.key, { OPENAI_PARTIAL_IMAGES: "0" });
  t.match(provider.capabilities, { progress: "ESTIMATED", preview: false });
  for (const trouble of ["", "sim:big"]) {
    t.match((await generateWith(t, provider, { prompt: `a boat ${trouble}` })).outcome, { ok: true });
  }
  t.notOk("stream" in (simulator.asked[0] ?? {}));
  for (const [trouble, failure] of [
    ["empty", "bad_output"],
    ["hollow", "bad_output"],
    ["not-json", "provider_error"],
  ]) {
    t.match((await generateWith(t, provider, { prompt: `a boat sim:${trouble}` })).outcome, { ok: false, failure });
  }
});

t.test("each model gets the fields that it knows", async (t) => {
  const simulator = await openAiSimulator(t);
  const models = "gpt-image-1,gpt-image-1-mini,dall-e-3,dall-e-2,flux-1-dev";
  const more = { OPENAI_MODELS: models, OPENAI_EXTRA_FIELDS: "seed,negative_prompt" };
  const provider = openOpenAi(simulator.baseUrl, simulator.key, more);
  const ask = async (change: Partial<GenerationRequest>) => {
    const { outcome } = await generateWith(t, provider, change);
    t.equal(outcome.ok || outcome.message, true, String(change.model));
    return simulator.asked.at(-1);
  };
  const options = { quality: "high", background: "transparent", output_format: "webp", output_compression: "75" };
  t.match(await ask({ model: "gpt-image-1", options: { ...options, input_fidelity: "high", moderation: "low" } }), {
    ...{ quality: "high", background: "transparent", output_format: "webp", output_compression: 75, moderation: "low" },
  });
  t.strictSame(
    await ask({ model: "dall-e-3", width: 1792, height: 1024, options: { quality: "hd", style: "natural" } }),
    {
      ...{ model: "dall-e-3", prompt: "a boat", n: 1, size: "1792x1024", response_format: "b64_json" },
      ...{ quality: "hd", style: "natural" },
    },
  );
  t.match(await ask({ model: "dall-e-2", width: 256, height: 256 }), { size: "256x256", response_format: "b64_json" });
  t.strictSame(await ask({ model: "flux-1-dev", negativePrompt: "people" }), {
    ...{ model: "flux-1-dev", prompt: "a boat", n: 1, size: "1024x1024", response_format: "b64_json" },
    ...{ seed: 7, negative_prompt: "people" },
  });
  t.match(provider.capabilities.models.at(-1), { seed: true, negativePrompt: true, inputImage: null, price: null });
});

t.test("what contradicts itself is refused before anything is sent", async (t) => {
  const simulator = await openAiSimulator(t);
  const options = { background: "transparent", output_format: "jpeg" };
  const { outcome } = await generateWith(t, openOpenAi(simulator.baseUrl, simulator.key), { options });
  t.match(outcome, { ok: false, failure: "invalid_request", message: /png or webp/, cost: { kind: "NONE" } });
  t.equal(simulator.api.arrivals.length, 0);
});

t.test("a picture to start from goes into a form, its mask as what is transparent", async (t) => {
  const simulator = await openAiSimulator(t);
  const provider = openOpenAi(simulator.baseUrl, simulator.key, { OPENAI_MODELS: "gpt-image-1,dall-e-2" });
  const bytes = await paint("png", 4, 2);
  // The left half is white: it is to be painted anew.
  const pixels = Buffer.from([255, 255, 0, 0, 255, 255, 0, 0]);
  const mask = await sharp(pixels, { raw: { width: 4, height: 2, channels: 1 } })
    .png()
    .toBuffer();
  const inputImage = { bytes, mime: "image/png", mask };
  const { outcome, progress } = await generateWith(t, provider, { inputImage, options: { input_fidelity: "high" } });
  t.equal(outcome.ok || outcome.message, true);
  t.ok(
    progress.some(({ preview }) => preview !== undefined),
    "with unfinished pictures as well",
  );
  t.equal(simulator.api.arrivals[0]?.path, "/v1/images/edits");
  t.match(simulator.asked[0], { model: "gpt-image-1", size: "1024x1024", n: 1, stream: true });
  t.ok(simulator.files.get("image[]")?.equals(bytes));
  const { data } = await sharp(simulator.files.get("mask")).raw().toBuffer({ resolveWithObject: true });
  t.same(
    Array.from({ length: 8 }, (_, pixel) => data[pixel * 4 + 3]),
    [0, 0, 255, 255, 0, 0, 255, 255],
  );

  await generateWith(t, provider, { model: "dall-e-2", inputImage: { bytes, mime: "image/png" } });
  t.ok(simulator.files.has("image"));
  const other = { ...inputImage, bytes: await paint("png", 8, 8) };
  const arrived = simulator.api.arrivals.length;
  t.match((await generateWith(t, provider, { inputImage: other })).outcome, {
    ...{ ok: false, failure: "invalid_request", message: /mask must be as large/ },
  });
  t.equal(simulator.api.arrivals.length, arrived);
});

t.test("tokens are told as money where their price is known", async (t) => {
  const simulator = await openAiSimulator(t);
  const provider = openOpenAi(simulator.baseUrl, simulator.key, { OPENAI_MODELS: "gpt-image-1-mini,gpt-image-2" });
  const known = await generateWith(t, provider);
  t.same(known.outcome.cost, { kind: "REPORTED", amount: (10 * 2 + 1_056 * 8) / 1e6, currency: "USD" });
  const unknown = await generateWith(t, provider, { model: "gpt-image-2" });
  t.same(unknown.outcome.cost, { kind: "UNKNOWN" });
});

t.test("refusals say what the filter saw, and what the operator has to do", async (t) => {
  const simulator = await openAiSimulator(t);
  const provider = openOpenAi(simulator.baseUrl, simulator.key);
  const tell = async (trouble: string) => {
    const { outcome } = await generateWith(t, provider, { prompt: `a boat sim:${trouble}` });
    return outcome.ok ? "" : outcome.message;
  };
  t.equal(await tell("moderated"), "OpenAI refused the content of the request: violence.");
  t.equal(await tell("stream-error"), "OpenAI refused the content of the request: violence.");
  t.match(await tell("unverified"), /must be verified at OpenAI/);
  t.equal(await tell("bad-value"), "OpenAI refused the request. It says: “Invalid value: '•••' is no size.”");
  simulator.allowance = 0;
  const { outcome } = await generateWith(t, provider);
  t.match(outcome, { failure: "rate_limited", retryAfter: 12, detail: /req_0123456789/ });
});

t.test("a wrong key is not shown, although the API repeats it", async (t) => {
  const simulator = await openAiSimulator(t);
  const { outcome } = await generateWith(t, openOpenAi(simulator.baseUrl, "sk-wrong-0123456789-secret"));
  t.match(outcome, { ok: false, failure: "auth" });
  t.notMatch(JSON.stringify(outcome), /wrong|secret/);
});

t.test("an unknown model is told as such", async (t) => {
  const simulator = await openAiSimulator(t);
  const provider = openOpenAi(simulator.baseUrl, simulator.key, { OPENAI_MODELS: "gpt-4-vision" });
  t.match((await generateWith(t, provider)).outcome, { ok: false, failure: "model_not_found" });
});

t.test("compatible servers answer in their own ways", async (t) => {
  const simulator = await openAiSimulator(t);
  const flux = { OPENAI_MODELS: "flux-1-dev" };
  for (const [trouble, more] of [
    ["url", { ...flux, OPENAI_RESPONSE_FORMAT: "none" }],
    ["", { ...flux, OPENAI_RESPONSE_FORMAT: "url" }],
    ["file", flux],
  ] as const) {
    const provider = openOpenAi(simulator.baseUrl, simulator.key, more);
    // Nothing but the configured address is private here, and allowed.
    const http = client(t, { allowedNetworks: [], allowHttp: false });
    const { outcome } = await generateWith(t, provider, { prompt: `a boat sim:${trouble}` }, { http });
    t.ok(outcome.ok && outcome.bytes.equals(simulator.picture), trouble);
  }
  const sides = openOpenAi(simulator.baseUrl, simulator.key, { ...flux, OPENAI_SIZE_STYLE: "width_height" });
  await generateWith(t, sides, { width: 640, height: 480 });
  t.match(simulator.asked.at(-1), { width: 640, height: 480, size: undefined });
  const dead = openOpenAi(simulator.baseUrl, simulator.key, flux);
  t.match((await generateWith(t, dead, { prompt: "a boat sim:dead-url" })).outcome, {
    ok: false,
    failure: "bad_output",
  });
});

t.test("Azure's deployments want their version and their header", async (t) => {
  const simulator = await openAiSimulator(t);
  const provider = openOpenAi(simulator.baseUrl, simulator.key, { OPENAI_AZURE_API_VERSION: "2025-04-01-preview" });
  t.match((await generateWith(t, provider)).outcome, { ok: true });
  const [arrival] = simulator.api.arrivals;
  t.equal(arrival?.path, "/v1/images/generations?api-version=2025-04-01-preview");
  t.equal(arrival?.headers["api-key"], simulator.key);
  t.equal(arrival?.headers.authorization, undefined);
});

t.test("organisation and project are named where they are set", async (t) => {
  const simulator = await openAiSimulator(t);
  const more = { OPENAI_ORGANIZATION: "org-1", OPENAI_PROJECT: "proj_1" };
  await generateWith(t, openOpenAi(simulator.baseUrl, simulator.key, more));
  t.match(simulator.api.arrivals[0]?.headers, { "openai-organization": "org-1", "openai-project": "proj_1" });
});

t.test("its list offers the key's picture models after the configured ones", async (t) => {
  const simulator = await openAiSimulator(t);
  const provider = openOpenAi(simulator.baseUrl, simulator.key, { OPENAI_MODELS: "gpt-image-1.5,gpt-image-1" });
  const { models } = (await provider.listModels?.(generationContext(t))) ?? { models: [] };
  t.same(
    models.map(({ id, label, listed }) => [id, label, listed]),
    [
      ["gpt-image-1.5", "GPT Image 1.5", true],
      ["gpt-image-1", "GPT Image 1", false],
      ["dall-e-2", "DALL·E 2", true],
      ["dall-e-3", "DALL·E 3", true],
      ["gpt-image-1-mini", "GPT Image 1 Mini", true],
      ["gpt-image-2", "GPT Image 2", true],
    ],
  );
});
