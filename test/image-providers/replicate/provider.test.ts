import sharp from "sharp";
import t, { type Test } from "tap";
import type { GenerationRequest } from "../../../src/image-providers/provider.ts";
import { openReplicate } from "../../../src/image-providers/replicate/provider.ts";
import { systemClock } from "../../../src/infra/clock.ts";
import type { Pause } from "../../../src/infra/pause.ts";
import { splitPicture } from "../../simulators/delivery-host.ts";
import { type ReplicateBehaviour, replicateSimulator } from "../../simulators/replicate.ts";
import { asRecord } from "../../simulators/simulated-http.ts";
import {
  fractionsOf,
  pictureOf,
  pictureRequest,
  standingTime,
  untilAborted,
  type WatchedCall,
  watchedCall,
} from "../../support/image-provider-call.ts";

const schnell = "black-forest-labs/flux-schnell";
const pro = "black-forest-labs/flux-1.1-pro";
const dev = "black-forest-labs/flux-dev";
const sdxl = "stability-ai/sdxl";
const submits = /^POST \/v1\/(models\/.*\/)?predictions$/;
const looks = /^GET \/v1\/predictions\//;

interface Change {
  readonly token?: string;
  readonly pause?: Pause;
}

async function setUp(t: Test, behaviour: Partial<ReplicateBehaviour> = {}, { token, pause: ownPause }: Change = {}) {
  const api = await replicateSimulator(t);
  Object.assign(api.behaviour, behaviour);
  const { pause, waits } = standingTime();
  const provider = openReplicate({
    ...{ baseUrl: api.url, token: token ?? api.token, models: [schnell, dev, pro, sdxl], concurrency: 4 },
    ...{ clock: systemClock, pause: ownPause ?? pause },
  });
  const generate = async (change: Partial<GenerationRequest> = {}, call: WatchedCall = watchedCall(t)) => ({
    outcome: await provider.generate(pictureRequest({ model: schnell, ...change }), call.context),
    ...call,
  });
  const resume = (remoteId: string, call: WatchedCall = watchedCall(t)) =>
    provider.resume(remoteId, pictureRequest({ model: schnell }), call.context);
  const input = () =>
    asRecord(asRecord(api.requests.findLast((one) => submits.test(`${one.method} ${one.path}`))?.body)["input"]);
  const submitted = () => api.calls().filter((call) => submits.test(call)).length;
  return { api, provider, generate, resume, input, submitted, waits };
}

t.test("a picture is submitted once, followed, and fetched without the key", async (t) => {
  const { api, generate, submitted, input } = await setUp(t);
  const { outcome, remoteIds, told } = await generate({ width: 1344, height: 768 });
  t.match(await sharp(pictureOf(outcome)).metadata(), { format: "png" });
  t.match(outcome, { model: schnell, seed: 7, cost: { kind: "UNKNOWN" } });
  t.same(remoteIds, [...api.predictions.keys()]);
  t.equal(submitted(), 1);
  t.same(input(), {
    ...{ prompt: "a lighthouse at dusk", seed: 7, aspect_ratio: "16:9", megapixels: "1" },
    ...{ num_outputs: 1, output_format: "png" },
  });
  t.same(fractionsOf(told), [0.12, 0.5, 0.88, 0.98]);
  t.equal(api.host.requests.length, 1, "fetched once");
  t.notMatch(JSON.stringify(api.host.requests[0]?.headers), /r8_/);
});

t.test("the caller has stored the prediction's id before anything else is asked", async (t) => {
  const { api, generate } = await setUp(t);
  const stored = Promise.withResolvers<void>();
  const named = Promise.withResolvers<void>();
  const onRemoteId = async () => {
    named.resolve();
    await stored.promise;
  };
  const made = generate({}, watchedCall(t, { onRemoteId }));
  await named.promise;
  t.notOk(api.calls().some((call) => looks.test(call)));
  stored.resolve();
  t.ok((await made).outcome.ok);
  const failing = watchedCall(t, { onRemoteId: () => Promise.reject(new Error("the database is gone")) });
  await t.rejects(generate({}, failing), /the database is gone/);
});

t.test("after a crash the same prediction is taken up, and nothing is submitted again", async (t) => {
  const { api, generate, resume, submitted } = await setUp(t, { held: true });
  const call = watchedCall(t);
  const crashed = generate({}, call);
  await api.arrival(looks);
  call.abort();
  t.match((await crashed).outcome, { ok: false, failure: "cancelled" });
  t.notOk(
    api.calls().some((each) => each.endsWith("/cancel")),
    "the caller decides whether it is stopped",
  );
  api.behaviour.held = false;
  const [id = ""] = call.remoteIds;
  t.match(await resume(id), { ok: true, model: schnell, seed: 7 });
  t.match(await resume(id), { ok: true }, "also once it has ended");
  t.equal(submitted(), 1);
});

t.test("a picture that is gone is not quietly paid for again", async (t) => {
  const { api, generate, resume, submitted } = await setUp(t);
  const { remoteIds } = await generate();
  const [id = ""] = remoteIds;
  const prediction = api.predictions.get(id);
  if (prediction) prediction.dataRemoved = true;
  t.match(await resume(id), { ok: false, failure: "timeout", message: /one hour/ });
  t.match(await resume("neverwas"), { ok: false, failure: "timeout", message: /no longer knows/ });
  t.match(await resume("../../account"), { ok: false, failure: "timeout" });
  t.equal(api.requests.at(-1)?.path, "/v1/predictions/..%2F..%2Faccount");
  t.equal(submitted(), 1);
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

t.test("cancelled while the submission is under way: its answer still names the prediction", async (t) => {
  const { api, generate } = await setUp(t, {}, { pause: untilAborted });
  const call = watchedCall(t);
  const arrived = api.arrival(submits);
  const made = generate({}, call);
  await arrived;
  call.abort();
  const { outcome, remoteIds } = await made;
  t.match(outcome, { ok: false, failure: "cancelled" });
  t.same(remoteIds, [...api.predictions.keys()], "so that it can be stopped");
});

t.test("cancelled while the submission hangs: it is not waited for long", async (t) => {
  const { api, generate } = await setUp(t);
  api.interfere(submits, "hang");
  const call = watchedCall(t);
  const arrived = api.arrival(submits);
  const made = generate({}, call);
  await arrived;
  call.abort();
  t.match((await made).outcome, { ok: false, failure: "cancelled", cost: { kind: "UNKNOWN" } });
  const late = watchedCall(t, { signal: AbortSignal.abort() });
  t.match((await generate({}, late)).outcome, { failure: "cancelled", cost: { kind: "NONE" } });
});

t.test("looks without an answer are repeated, more and more slowly, and not for ever", async (t) => {
  const { api, generate, submitted, waits } = await setUp(t);
  const hiccups = ["cut", { status: 502, body: "<html>" }, { status: 200, body: "<html>" }] as const;
  api.interfere(looks, ...hiccups, { status: 429, body: "", headers: { "retry-after": "9" } });
  t.ok((await generate()).outcome.ok);
  t.ok(
    waits.some((wait) => wait >= 9_000),
    "as long as it asked",
  );
  api.interfere(looks, ...Array.from({ length: 20 }, () => ({ status: 503, body: "" })));
  const { outcome } = await generate();
  t.match(outcome, { ok: false, failure: "timeout", message: /could not be found out/ });
  t.equal(submitted(), 2);
  t.equal(api.calls().filter((call) => looks.test(call)).length < 25, true);
});

t.test("a prediction that never ends is left", async (t) => {
  const { generate, waits } = await setUp(t, { held: true });
  t.match((await generate()).outcome, { ok: false, failure: "timeout" });
  const minutes = waits.reduce((sum, wait) => sum + wait) / 60_000;
  t.ok(minutes > 29 && minutes < 32, `${minutes} minutes`);
});

t.test("how predictions end without a picture", async (t) => {
  const { api, generate } = await setUp(t);
  t.match((await generate({ prompt: "a boat sim:nsfw" })).outcome, { failure: "content_policy" });
  const ends = [
    [{ error: "The input or output was flagged as sensitive. (E005)" }, { failure: "content_policy" }],
    [{ error: "CUDA out of memory" }, { failure: "provider_error", retryable: undefined }],
    [{ error: "Prediction interrupted; please retry (code: PA)" }, { failure: "provider_error", retryable: undefined }],
    [{ error: "ValueError: width" }, { failure: "provider_error", retryable: false, message: /ValueError: width/ }],
    ["aborted", { failure: "provider_unavailable", cost: { kind: "NONE" } }],
  ] as const;
  for (const [end, expected] of ends) {
    Object.assign(api.behaviour, { end });
    t.match((await generate()).outcome, { ok: false, ...expected });
  }
});

t.test("every kind of output, and files that are no picture", async (t) => {
  const { api, generate } = await setUp(t);
  for (const output of ["list", "text", "data-uri"] as const) {
    Object.assign(api.behaviour, { output });
    t.ok((await generate()).outcome.ok, output);
  }
  for (const output of ["no-output", "number", "words"] as const) {
    Object.assign(api.behaviour, { output });
    t.match((await generate()).outcome, { ok: false, failure: "bad_output" }, output);
  }
  Object.assign(api.behaviour, { output: "list" });
  const bad = [
    "redirect-loop",
    "expired",
    "forbidden",
    "unavailable",
    "empty",
    "endless",
    "announced-huge",
    "cut",
  ] as const;
  for (const file of bad) {
    Object.assign(api.behaviour, { file });
    const { outcome } = await generate();
    t.match(outcome, { ok: false, failure: "bad_output", cost: { kind: "UNKNOWN" } }, file);
  }
  Object.assign(api.behaviour, { file: "redirected" });
  t.ok((await generate()).outcome.ok);
});

t.test("a file that drips is left when the call ends", async (t) => {
  const { api, generate } = await setUp(t, { file: "drip" });
  const call = watchedCall(t);
  const made = generate({}, call);
  await api.host.arrival(/GET/);
  call.abort();
  t.match((await made).outcome, { ok: false, failure: "cancelled" });
});

t.test("refused submissions, by class", async (t) => {
  const { api, generate } = await setUp(t);
  const answers = [
    [
      { status: 402, body: { title: "Insufficient credit", detail: "…" } },
      { failure: "billing", cost: { kind: "NONE" } },
    ],
    [
      { status: 422, body: { detail: "- input.seed: Invalid type" } },
      { failure: "invalid_request", message: /input\.seed/ },
    ],
    [
      { status: 429, body: { detail: "Your rate limit resets in ~30s." } },
      { failure: "rate_limited", retryAfter: 30 },
    ],
    [
      { status: 429, body: {}, headers: { "retry-after": "12" } },
      { failure: "rate_limited", retryAfter: 12 },
    ],
    [{ status: 500, body: "oops" }, { failure: "provider_error" }],
    [{ status: 503, body: "" }, { failure: "provider_unavailable" }],
    [
      { status: 201, body: "<html>" },
      { failure: "timeout", message: /cannot be read/ },
    ],
    ["cut", { failure: "timeout", cost: { kind: "UNKNOWN" } }],
  ] as const;
  for (const [answer, expected] of answers) {
    api.interfere(submits, answer);
    const { outcome, remoteIds } = await generate();
    t.match(outcome, { ok: false, ...expected });
    t.same(remoteIds, []);
  }
});

t.test("a wrong key is told, and not shown", async (t) => {
  const { generate, submitted } = await setUp(t, {}, { token: "r8_wrongwrongwrong" });
  const { outcome } = await generate();
  t.match(outcome, { ok: false, failure: "auth", cost: { kind: "NONE" } });
  t.notMatch(JSON.stringify(outcome), /r8_wrong/);
  t.equal(submitted(), 0);
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
  const models2 = ["nobody/nothing", "simulated/picture-needed", `${sdxl}:${"0".repeat(64)}`] as const;
  const settings = { baseUrl: api.url, token: api.token, concurrency: 1, clock: systemClock };
  const other = openReplicate({ ...settings, models: models2 });
  t.match(await other.listModels(watchedCall(t).context), { listedAt: null, models: [{ id: "nobody/nothing" }] });
  const asked = openReplicate({ ...settings, models: models2 });
  t.match((await asked.listModels(watchedCall(t).context)).models, [
    { listed: false },
    { inputImage: { required: true } },
    { listed: false },
  ]);
});
