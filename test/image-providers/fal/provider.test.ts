import sharp from "sharp";
import t, { type Test } from "tap";
import type { GenerationRequest } from "../../../src/image-providers/provider.ts";
import { splitPicture } from "../../simulators/delivery-host.ts";
import { type FalBehaviour, falSimulator } from "../../simulators/fal.ts";
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

const dev = "fal-ai/flux/dev";
const asks = /^GET .*\/status$/;
const results = /^GET .*\/requests\/[^/]+$/;

async function setUp(t: Test, behaviour: Partial<FalBehaviour> = {}) {
  const api = await falSimulator(t);
  Object.assign(api.behaviour, behaviour);
  const provider = openSimulated(api);
  const generate = async (change: Partial<GenerationRequest> = {}, call: WatchedCall = watchedCall(t)) => ({
    outcome: await provider.generate(pictureRequest({ model: dev, ...change }), call.context),
    ...call,
  });
  const resume = (remoteId: string, call: WatchedCall = watchedCall(t)) =>
    provider.resume(remoteId, pictureRequest({ model: dev }), call.context);
  const submission = () => api.requests.findLast(({ method }) => method === "POST");
  return { api, provider, generate, resume, submission };
}

t.test("it opens with a key, and with models that can be ones", async (t) => {
  t.equal(openProvider("fal", {}), null);
  const provider = openProvider("fal", { FAL_KEY: "id:secret", FAL_MODELS: "fal-ai/recraft/v3,fal-ai/flux/dev" });
  t.same(
    provider?.capabilities.models.map(({ id, inputImage }) => [id, inputImage !== null]),
    [
      ["fal-ai/recraft/v3", false],
      ["fal-ai/flux/dev", true],
    ],
  );
  for (const id of ["flux", "fal-ai/..", "../fal-ai/flux", "fal-ai//flux", "fal-ai/flux?x"]) {
    t.throws(() => openProvider("fal", { FAL_MODELS: id }), /FAL_MODELS must be models/, id);
  }
});

t.test("a picture is asked for as the model takes it, and followed through the line", async (t) => {
  const { api, generate, submission } = await setUp(t);
  const { outcome, remoteIds, told } = await generate({ width: 96, height: 64 });
  t.match(await sharp(pictureOf(outcome)).metadata(), { format: "png", width: 96, height: 64 });
  t.match(outcome, { model: dev, seed: 7, cost: { kind: "UNKNOWN" } });
  t.same(
    remoteIds,
    [...api.jobs.keys()].map((id) => `fal-ai/flux/requests/${id}`),
    "without the model's last part",
  );
  t.equal(submission()?.path, `/${dev}`);
  t.same(submission()?.body, {
    ...{ prompt: "a lighthouse at dusk", seed: 7, num_images: 1, image_size: { width: 96, height: 64 } },
    ...{ enable_safety_checker: true, output_format: "png", sync_mode: false },
  });
  t.ok(told.some(({ phase }) => phase === "Waiting as number 2 in Fal's line"));
  t.same(fractionsOf(told), [0.25, 0.75, 0.98]);
});

t.test("a request that is gone, and an id that is none", async (t) => {
  const { api, resume } = await setUp(t);
  t.match(await resume(`fal-ai/flux/requests/${crypto.randomUUID()}`), {
    failure: "timeout",
    message: /no longer knows/,
  });
  const before = api.requests.length;
  t.match(await resume("../../secrets"), { ok: false, failure: "timeout" });
  t.equal(api.requests.length, before, "nothing is asked there");
});

t.test("stopping at fal: true only when it can no longer cost", async (t) => {
  const { api, provider, generate, resume } = await setUp(t, { held: true });
  const cancel = (id: string) => provider.cancel(id, watchedCall(t).context);
  const start = async () => {
    const call = watchedCall(t);
    const made = generate({}, call);
    await api.arrival(asks);
    call.abort();
    await made;
    return call.remoteIds[0] ?? "";
  };
  const waiting = await start();
  t.equal(await cancel(waiting), true, "taken out of the line");
  t.match(await resume(waiting), { ok: false, failure: "cancelled" });
  const running = await start();
  const request = api.jobs.get(running.split("/").at(-1) ?? "");
  if (request) request.state = "running";
  t.equal(await cancel(running), false, "only asked to stop");
  api.behaviour.held = false;
  t.match(await resume(running), { ok: true });
  t.equal(await cancel(running), true, "over");
  t.equal(await cancel(`fal-ai/flux/requests/${crypto.randomUUID()}`), true, "unknown there");
  t.equal(await cancel("nonsense"), false);
  api.interfere(/^PUT/, "cut", { status: 500, body: "" });
  t.equal(await cancel(running), false);
  t.equal(await cancel(running), false);
});

t.test("over does not mean done: the result tells, also whether another try can help", async (t) => {
  const { generate } = await setUp(t);
  const failed = async (word: string) => (await generate({ prompt: `a boat sim:${word}` })).outcome;
  t.match(await failed("too-large"), { message: /body\.prompt: no good/, cost: { kind: "NONE" } });
  t.match(await failed("policy"), { failure: "content_policy", cost: { kind: "UNKNOWN" } });
  t.match(await failed("broken"), { cost: { kind: "NONE" }, retryable: undefined }, "their fault is not charged");
  t.match(await failed("broken-for-good"), { failure: "provider_error", retryable: false });
  t.match(await failed("our-timeout"), { failure: "provider_unavailable", retryable: false });
  t.match(await failed("start-timeout"), { failure: "provider_unavailable", retryable: undefined });
});

t.test("the result is asked for again when it does not come, and fetched once", async (t) => {
  const { api, generate } = await setUp(t);
  api.interfere(results, { status: 502, body: "<html>" }, "cut", { status: 200, body: [] });
  t.ok((await generate()).outcome.ok);
  t.equal(api.host.requests.length, 1);
});

t.test("the output is a list, a single picture, or the picture itself", async (t) => {
  const { api, generate } = await setUp(t);
  for (const output of ["images", "image", "data-uri"] as const) {
    api.behaviour.output = output;
    t.ok((await generate()).outcome.ok, output);
  }
  t.ok((await generate({ prompt: "a boat sim:at-redirected" })).outcome.ok);
});

t.test("addresses in answers that lead to another host do not get the key", async (t) => {
  const trap = await falSimulator(t);
  const { provider, generate } = await setUp(t, { linksAt: trap.url });
  const { outcome, remoteIds } = await generate();
  t.ok(outcome.ok, "it is asked for where it should be");
  await provider.cancel(remoteIds[0] ?? "", watchedCall(t).context);
  t.same(trap.arrivals, []);
});

t.test("what a model cannot take is refused before anything is spent", async (t) => {
  const { api, generate, submission } = await setUp(t);
  const bytes = await splitPicture(64, 64);
  const inputImage = { bytes, mime: "image/png", strength: 0 };
  t.ok((await generate({ inputImage })).outcome.ok);
  t.equal(submission()?.path, `/${dev}/image-to-image`);
  t.match(asRecord(submission()?.body), {
    image_url: `data:image/png;base64,${bytes.toString("base64")}`,
    strength: 0.01,
  });
  const model = "fal-ai/stable-diffusion-v35-large";
  t.ok((await generate({ model, negativePrompt: "fog" })).outcome.ok);
  t.match(asRecord(submission()?.body), { negative_prompt: "fog" });
  const before = api.requests.length;
  t.match((await generate({ model, inputImage })).outcome, {
    failure: "invalid_request",
    message: /start from a picture/,
  });
  t.equal(api.requests.length, before);
});
