import sharp from "sharp";
import t, { type Test } from "tap";
import type { GenerationRequest, ImageProvider } from "../../../src/image-providers/provider.ts";
import { automatic1111Simulator } from "../../simulators/automatic1111.ts";
import type { Automatic1111Behaviour } from "../../simulators/automatic1111-machine.ts";
import { splitPicture } from "../../simulators/delivery-host.ts";
import { asRecord } from "../../simulators/simulated-http.ts";
import { eventually } from "../../support/eventually.ts";
import {
  fractionsOf,
  pictureOf,
  pictureRequest,
  type WatchedCall,
  watchedCall,
} from "../../support/image-provider-call.ts";
import { openProvider } from "../../support/image-providers.ts";
import { openSimulated } from "./contract-row.ts";

const request = (change: Partial<GenerationRequest> = {}) => pictureRequest({ model: "loaded", ...change });
async function catalogueOf(t: Test, { listModels }: ImageProvider) {
  const catalogue = await listModels?.(watchedCall(t).context);
  if (catalogue === undefined) throw new Error("The provider lists no models.");
  return catalogue;
}

const txt2img = /^POST \/sdapi\/v1\/txt2img$/;

async function setUp(t: Test, behaviour: Partial<Automatic1111Behaviour> = {}, auth?: string) {
  const machine = await automatic1111Simulator(t);
  Object.assign(machine.behaviour, behaviour);
  const provider = openSimulated(machine.url, { auth });
  const generate = async (change: Partial<GenerationRequest> = {}, call: WatchedCall = watchedCall(t)) => ({
    outcome: await provider.generate(request(change), call.context),
    ...call,
  });
  const sent = (path: RegExp) => asRecord(machine.requests.find((one) => path.test(`${one.method} ${one.path}`))?.body);
  return { machine, provider, generate, sent };
}

t.test("it opens with an address", async (t) => {
  t.equal(openProvider("automatic1111", {}), null);
  t.ok(openProvider("automatic1111", { AUTOMATIC1111_URL: "http://127.0.0.1:7860" }));
  const auth = () => openProvider("automatic1111", { AUTOMATIC1111_AUTH: "hunter2" });
  t.throws(auth, { message: /AUTOMATIC1111_AUTH must be `user:password`[^]*/ });
  t.throws(auth, { message: /^(?![^]*hunter2)/ }, "without showing it");
});

t.test("a picture is made as asked, at no cost", async (t) => {
  const { generate, sent } = await setUp(t);
  const { outcome } = await generate({ negativePrompt: "fog", width: 96, height: 64, options: { steps: "15" } });
  t.match(await sharp(pictureOf(outcome)).metadata(), { format: "png", width: 96, height: 64 });
  t.match(outcome, { model: "dreamshaper_8", seed: 7, cost: { kind: "NONE" } });
  t.match(sent(txt2img), {
    ...{ prompt: "a lighthouse at dusk", negative_prompt: "fog", seed: 7, width: 96, height: 64, steps: 15 },
    ...{ cfg_scale: 7, batch_size: 1, n_iter: 1, save_images: false },
  });
  t.notOk("override_settings" in sent(txt2img), "the loaded checkpoint stays");
});

t.test("progress is measured for this very picture, with previews now and then", async (t) => {
  const { generate, machine } = await setUp(t, { steps: 10 });
  const { told } = await generate();
  const fractions = fractionsOf(told);
  t.ok(fractions.length > 5);
  t.same(
    fractions,
    fractions.toSorted((a, b) => a - b),
  );
  const previews = told.flatMap(({ preview }) => preview ?? []);
  t.match(await sharp(previews[0]).metadata(), { format: "jpeg" });
  t.ok(previews.length < fractions.length, "a preview costs the machine time");
  const tasks = machine.requests
    .filter(({ path }) => path === "/internal/progress")
    .map(({ body }) => asRecord(body)["id_task"]);
  t.equal(new Set(tasks).size, 1);
});

t.test("while somebody else's picture is made, ours waits and does not take its progress for its own", async (t) => {
  const { generate, machine } = await setUp(t);
  const other = machine.occupy();
  const call = watchedCall(t);
  const made = generate({}, call);
  await eventually("told that it waits", () => call.told.some(({ phase }) => phase.includes("another picture")));
  t.same(fractionsOf(call.told), []);
  other.release();
  t.ok((await made).outcome.ok);
});

t.test("older builds know no tasks: progress of the machine counts if it was idle before", async (t) => {
  const { generate, machine } = await setUp(t, { tasks: false, steps: 10 });
  const { told, outcome } = await generate();
  t.ok(outcome.ok);
  t.ok(fractionsOf(told).length > 3);
  t.ok(told.some(({ preview }) => preview !== undefined));
  const other = machine.occupy();
  const call = watchedCall(t);
  const second = generate({}, call);
  for (const _question of [1, 2, 3]) await machine.arrival(/internal\/progress/);
  t.same(fractionsOf(call.told), []);
  other.release();
  t.ok((await second).outcome.ok);
});

t.test("cancelling stops our picture at the machine", async (t) => {
  const { generate, machine } = await setUp(t, { held: true });
  const call = watchedCall(t);
  const made = generate({}, call);
  await eventually("the picture is being painted", () => machine.started.length === 1);
  call.abort();
  t.match((await made).outcome, { ok: false, failure: "cancelled", cost: { kind: "NONE" } });
  t.same(machine.interrupted, machine.started);
});

t.test("cancelling never stops a stranger's picture", async (t) => {
  for (const tasks of [true, false]) {
    const { generate, machine } = await setUp(t, { tasks });
    machine.occupy();
    const call = watchedCall(t);
    const made = generate({}, call);
    await machine.arrival(txt2img);
    call.abort();
    t.match((await made).outcome, { ok: false, failure: "cancelled" });
    t.same(machine.interrupted, []);
  }
});

t.test("cancelling while the machine is deaf does not wait for it", async (t) => {
  const { generate, machine } = await setUp(t, { held: true });
  machine.interfere(/internal\/progress/, ...Array.from({ length: 5 }, () => "cut" as const));
  machine.interfere(/interrupt/, "cut");
  const call = watchedCall(t);
  const made = generate({}, call);
  await eventually("the picture is being painted", () => machine.started.length === 1);
  call.abort();
  t.match((await made).outcome, { ok: false, failure: "cancelled" });
});

t.test("pictures take turns, and who leaves the line makes room", async (t) => {
  const { generate, machine } = await setUp(t, { held: true });
  const [first, second] = [watchedCall(t), watchedCall(t)];
  const one = generate({ prompt: "one" }, first);
  await machine.arrival(txt2img);
  const two = generate({ prompt: "two" }, second);
  const three = generate({ prompt: "three" });
  second.abort();
  t.match((await two).outcome, { failure: "cancelled", cost: { kind: "NONE" } });
  const asked = () => machine.calls().filter((call) => txt2img.test(call)).length;
  for (const trip of [1, 2, 3]) await first.context.http.request({ url: `${machine.url}/?trip=${trip}` });
  t.equal(asked(), 1, "the third waits for the first");
  machine.behaviour.held = false;
  t.ok((await one).outcome.ok);
  t.ok((await three).outcome.ok);
  const prompts = machine.requests
    .filter(({ path }) => path.endsWith("txt2img"))
    .map(({ body }) => asRecord(body)["prompt"]);
  t.same(prompts, ["one", "three"]);
  const late = watchedCall(t, { signal: AbortSignal.abort() });
  t.match((await generate({}, late)).outcome, { failure: "cancelled" });
});

t.test("a picture to start from, with its strength and its mask", async (t) => {
  const { generate, sent } = await setUp(t);
  const bytes = await splitPicture(64, 64);
  const { outcome } = await generate({ inputImage: { bytes, mime: "image/png", strength: 0.4, mask: bytes } });
  t.ok(outcome.ok);
  const body = sent(/img2img$/);
  t.match(body, { denoising_strength: 0.4, inpainting_fill: 1, mask: bytes.toString("base64") });
  t.same(body["init_images"], [bytes.toString("base64")]);
  const broken = await generate({ inputImage: { bytes: Buffer.from("no picture"), mime: "image/png" } });
  t.match(broken.outcome, { ok: false, failure: "invalid_request", message: /cannot read the picture to start from/ });
});

t.test("checkpoints are found, and named by their file", async (t) => {
  const { provider, generate, sent } = await setUp(t);
  const { models, listedAt } = await catalogueOf(t, provider);
  t.same(
    models.map(({ id }) => id),
    ["loaded", "v1-5-pruned-emaonly.safetensors", "dreamshaper_8.safetensors"],
  );
  t.ok(listedAt && models.every(({ listed }) => listed));
  t.ok((await generate({ model: "dreamshaper_8.safetensors" })).outcome.ok);
  t.match(sent(txt2img), {
    override_settings: { sd_model_checkpoint: "dreamshaper_8.safetensors" },
    override_settings_restore_afterwards: false,
  });
  t.match((await generate({ model: "deleted.safetensors" })).outcome, { ok: false, failure: "model_not_found" });
});

t.test("an API behind a password", async (t) => {
  const { generate } = await setUp(t, { auth: "atelier:open sesame" }, "atelier:open sesame");
  t.ok((await generate()).outcome.ok);
  const shut = await setUp(t, { auth: "atelier:open sesame" }, "atelier:wrong-guess");
  const { outcome } = await shut.generate();
  t.match(outcome, { ok: false, failure: "auth" });
  t.notMatch(JSON.stringify(outcome), /wrong-guess|d3JvbmctZ3Vlc3M/);
});

t.test("failures say what to do about them", async (t) => {
  const { generate, machine } = await setUp(t, { maxPixels: 1000 });
  t.match((await generate()).outcome, { retryable: false, message: /does not fit into the memory.*a smaller one/ });
  machine.behaviour.maxPixels = 1024 * 1024;
  const message = async (word: string) => {
    const { outcome } = await generate({ prompt: `a boat sim:${word}` });
    return outcome.ok ? "a picture" : outcome.message;
  };
  t.match(await message("no-api"), /has to run with --api/);
  t.match(await message("sampler"), /Sampler not found/);
  t.match(await message("validation"), /body\.steps: value is not a valid integer/);
  t.match(await message("black"), /all black/);
});

t.test("the picture is found behind a grid, and without any words about it", async (t) => {
  const { generate, machine } = await setUp(t);
  machine.behaviour.output = "with-grid";
  t.match(await sharp(pictureOf((await generate()).outcome)).metadata(), { width: 64 }, "not the grid");
  machine.behaviour.output = "info-missing";
  t.match((await generate()).outcome, { ok: true, model: "loaded", seed: null });
});
