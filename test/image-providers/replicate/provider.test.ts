import sharp from "sharp";
import t, { type Test } from "tap";
import type { GenerationRequest } from "../../../src/image-providers/provider.ts";
import { splitPicture } from "../../simulators/delivery-host.ts";
import { type ReplicateBehaviour, replicateSimulator } from "../../simulators/replicate.ts";
import { asRecord } from "../../simulators/simulated-http.ts";
import {
  fractionsOf,
  pictureOf,
  pictureRequest,
  type WatchedCall,
  watchedCall,
} from "../../support/image-provider-call.ts";
import { openProvider } from "../../support/image-providers.ts";
import { openSimulated } from "./contract-row.ts";

const schnell = "black-forest-labs/flux-schnell";
const pro = "black-forest-labs/flux-1.1-pro";
const dev = "black-forest-labs/flux-dev";
const sdxl = "stability-ai/sdxl";
const submits = /^POST \/v1\/(models\/.*\/)?predictions$/;
const looks = /^GET \/v1\/predictions\//;

async function setUp(t: Test, behaviour: Partial<ReplicateBehaviour> = {}) {
  const api = await replicateSimulator(t);
  Object.assign(api.behaviour, behaviour);
  const provider = openSimulated(api, { models: [schnell, dev, pro, sdxl] });
  const generate = async (change: Partial<GenerationRequest> = {}, call: WatchedCall = watchedCall(t)) => ({
    outcome: await provider.generate(pictureRequest({ model: schnell, ...change }), call.context),
    ...call,
  });
  const resume = (remoteId: string, call: WatchedCall = watchedCall(t)) =>
    provider.resume(remoteId, pictureRequest({ model: schnell }), call.context);
  const submission = () => api.requests.findLast((one) => submits.test(`${one.method} ${one.path}`));
  const input = () => asRecord(asRecord(submission()?.body)["input"]);
  return { api, provider, generate, resume, input };
}

t.test("it opens with a token, and with models that can be ones", async (t) => {
  t.equal(openProvider("replicate", {}), null);
  const provider = openProvider("replicate", { REPLICATE_API_TOKEN: "r8_x", REPLICATE_MODELS: `${sdxl},${dev}` });
  t.same(
    provider?.capabilities.models.map(({ id }) => id),
    [sdxl, dev],
  );
  for (const id of ["../account", "owner/..", "owner", "owner/name/more", "owner/name:latest"]) {
    t.throws(() => openProvider("replicate", { REPLICATE_MODELS: id }), /REPLICATE_MODELS must be models/, id);
  }
});

t.test("a picture is asked for as the model takes it, and its log tells how far it is", async (t) => {
  const { api, generate, input } = await setUp(t);
  const { outcome, remoteIds, told } = await generate({ width: 1344, height: 768 });
  t.match(await sharp(pictureOf(outcome)).metadata(), { format: "png" });
  t.match(outcome, { model: schnell, seed: 7, cost: { kind: "UNKNOWN" } });
  t.same(remoteIds, [...api.predictions.keys()]);
  t.same(input(), {
    ...{ prompt: "a lighthouse at dusk", seed: 7, aspect_ratio: "16:9", megapixels: "1" },
    ...{ num_outputs: 1, output_format: "png" },
  });
  t.same(fractionsOf(told), [0.12, 0.5, 0.88, 0.98]);
});

t.test("a picture that is gone is not quietly paid for again", async (t) => {
  const { api, generate, resume } = await setUp(t);
  const { remoteIds } = await generate();
  const [id = ""] = remoteIds;
  const prediction = api.predictions.get(id);
  if (prediction) prediction.dataRemoved = true;
  t.match(await resume(id), { ok: false, failure: "timeout", message: /one hour/ });
  t.match(await resume("neverwas"), { ok: false, failure: "timeout", message: /no longer knows/ });
  t.match(await resume("../../account"), { ok: false, failure: "timeout" });
  t.equal(api.requests.at(-1)?.path, "/v1/predictions/..%2F..%2Faccount");
});

t.test("stopping at Replicate, before and after the end", async (t) => {
  const { api, provider, generate, resume } = await setUp(t, { held: true });
  const call = watchedCall(t);
  const made = generate({}, call);
  await api.arrival(looks);
  const [id = ""] = call.remoteIds;
  t.equal(await provider.cancel(id, watchedCall(t).context), true);
  t.match((await made).outcome, { ok: false, failure: "cancelled", message: /stopped at Replicate/ });
  api.behaviour.held = false;
  const done = await generate();
  t.equal(await provider.cancel(done.remoteIds[0] ?? "", watchedCall(t).context), true, "it is over");
  t.match(await resume(done.remoteIds[0] ?? ""), { ok: true }, "and was not undone");
  t.equal(await provider.cancel("neverwas", watchedCall(t).context), true);
  api.interfere(/cancel$/, { status: 500, body: "" }, "cut", { status: 200, body: { status: "processing" } });
  for (const _ of [1, 2, 3]) t.equal(await provider.cancel("whatever", watchedCall(t).context), false);
});

t.test("a failed prediction says whether another try can help", async (t) => {
  const { generate } = await setUp(t);
  const failed = async (word: string) => (await generate({ prompt: `a boat sim:${word}` })).outcome;
  t.match(await failed("memory"), { failure: "provider_error", retryable: undefined });
  t.match(await failed("interrupted"), { failure: "provider_error", retryable: undefined });
  t.match(await failed("model-error"), { failure: "provider_error", retryable: false, message: /ValueError: height/ });
  t.match(await failed("aborted"), { cost: { kind: "NONE" } }, "it never began");
  t.match(await failed("bad-input"), { message: /input\.width: must be from 256 to 1440/ });
});

t.test("the output is a link, a list of them, or the picture itself", async (t) => {
  const { api, generate } = await setUp(t);
  for (const output of ["list", "text", "data-uri"] as const) {
    api.behaviour.output = output;
    t.ok((await generate()).outcome.ok, output);
  }
  t.ok((await generate({ prompt: "a boat sim:at-redirected" })).outcome.ok);
});

t.test("addresses in answers are not followed with the key", async (t) => {
  const trap = await replicateSimulator(t);
  const { provider, generate } = await setUp(t, { urlsAt: trap.url });
  const { outcome, remoteIds } = await generate();
  t.ok(outcome.ok);
  await provider.cancel(remoteIds[0] ?? "", watchedCall(t).context);
  t.same(trap.arrivals, []);
});

t.test("each model is sent what its own schema knows", async (t) => {
  const { generate, input, api } = await setUp(t);
  t.ok((await generate({ model: pro, width: 512, height: 288 })).outcome.ok);
  t.match(input(), { width: 512, height: 288, aspect_ratio: "custom", output_format: "png" });
  t.ok((await generate({ model: sdxl, negativePrompt: "fog", width: 512, height: 512 })).outcome.ok, "by its version");
  t.match(input(), { negative_prompt: "fog", width: 512, num_outputs: 1 });
  t.ok((await generate({ model: dev, seed: 4_294_967_295 })).outcome.ok, "31 bits");
  t.match(input(), { seed: 2_147_483_647 });
  t.ok((await generate({ model: "simulated/no-schema" })).outcome.ok);
  t.same(input(), { prompt: "a lighthouse at dusk" });
  const before = api.predictions.size;
  t.match((await generate({ negativePrompt: "fog" })).outcome, {
    failure: "invalid_request",
    message: /negative prompt/,
  });
  t.match((await generate({ model: "nobody/nothing" })).outcome, { failure: "model_not_found" });
  t.equal(api.predictions.size, before, "nothing was spent");
});

t.test("a picture to start from, under whatever name the model has for it", async (t) => {
  const { generate, input } = await setUp(t);
  const bytes = await splitPicture(64, 64);
  const address = `data:image/png;base64,${bytes.toString("base64")}`;
  const inputImage = { bytes, mime: "image/png", strength: 0.6 };
  t.ok((await generate({ model: dev, inputImage })).outcome.ok);
  t.match(input(), { image: address, prompt_strength: 0.6 });
  t.ok((await generate({ model: pro, inputImage, width: 256, height: 256 })).outcome.ok);
  t.match(input(), { image_prompt: address });
  t.ok((await generate({ model: "black-forest-labs/flux-2-pro", inputImage })).outcome.ok);
  t.same(input()["input_images"], [address]);
  t.ok(
    (await generate({ model: sdxl, inputImage: { ...inputImage, mask: bytes }, width: 256, height: 256 })).outcome.ok,
  );
  t.match(input(), { mask: address });
  t.match((await generate({ inputImage })).outcome, { failure: "invalid_request", message: /start from a picture/ });
  const masked = { ...inputImage, mask: bytes };
  t.match((await generate({ model: dev, inputImage: masked })).outcome, {
    failure: "invalid_request",
    message: /mask/,
  });
});

t.test("models are described by their schemas", async (t) => {
  const { api, provider } = await setUp(t);
  const { models, listedAt } = await provider.listModels(watchedCall(t).context);
  t.ok(listedAt);
  const [first, second, third, fourth] = models;
  t.match(first, { id: schnell, listed: true, negativePrompt: false, inputImage: null, sizes: { kind: "RATIOS" } });
  t.match(second, { inputImage: { strength: true, mask: false, required: false }, price: { amount: 0.025 } });
  t.match(third, {
    sizes: { kind: "RANGE", width: { min: 256, max: 1440, step: 32 } },
    inputImage: { strength: false },
  });
  t.match(fourth, { negativePrompt: true, inputImage: { mask: true } });
  api.interfere(/models/, "cut");
  const others = ["nobody/nothing", "simulated/picture-needed", `${sdxl}:${"0".repeat(64)}`] as const;
  const other = openSimulated(api, { models: others });
  t.match(await other.listModels(watchedCall(t).context), { listedAt: null, models: [{ id: "nobody/nothing" }] });
  const asked = openSimulated(api, { models: others });
  t.match((await asked.listModels(watchedCall(t).context)).models, [
    { listed: false },
    { inputImage: { required: true } },
    { listed: false },
  ]);
});
