import sharp from "sharp";
import t, { type Test } from "tap";
import { openFal } from "../../../src/image-providers/fal/provider.ts";
import type { GenerationRequest } from "../../../src/image-providers/provider.ts";
import { systemClock } from "../../../src/infra/clock.ts";
import type { Pause } from "../../../src/infra/pause.ts";
import { splitPicture } from "../../simulators/delivery-host.ts";
import { type FalBehaviour, falSimulator } from "../../simulators/fal.ts";
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

const dev = "fal-ai/flux/dev";
const submits = /^POST /;
const asks = /^GET .*\/status$/;
const results = /^GET .*\/requests\/[^/]+$/;

interface Change {
  readonly key?: string;
  readonly pause?: Pause;
}

async function setUp(t: Test, behaviour: Partial<FalBehaviour> = {}, { key, pause: ownPause }: Change = {}) {
  const api = await falSimulator(t);
  Object.assign(api.behaviour, behaviour);
  const { pause, waits } = standingTime();
  const provider = openFal({
    ...{ baseUrl: api.url, key: key ?? api.key, models: [dev, "fal-ai/stable-diffusion-v35-large"], concurrency: 4 },
    ...{ clock: systemClock, pause: ownPause ?? pause },
  });
  const generate = async (change: Partial<GenerationRequest> = {}, call: WatchedCall = watchedCall(t)) => ({
    outcome: await provider.generate(pictureRequest({ model: dev, ...change }), call.context),
    ...call,
  });
  const resume = (remoteId: string, call: WatchedCall = watchedCall(t)) =>
    provider.resume(remoteId, pictureRequest({ model: dev }), call.context);
  const submission = () => api.requests.findLast(({ method }) => method === "POST");
  const submitted = () => api.calls().filter((call) => submits.test(call)).length;
  return { api, provider, generate, resume, submission, submitted, waits };
}

t.test("a picture is submitted once, followed through the line, and fetched without the key", async (t) => {
  const { api, generate, submission, submitted } = await setUp(t);
  const { outcome, remoteIds, told } = await generate({ width: 96, height: 64 });
  t.match(await sharp(pictureOf(outcome)).metadata(), { format: "png", width: 96, height: 64 });
  t.match(outcome, { model: dev, seed: 7, cost: { kind: "UNKNOWN" } });
  t.same(
    remoteIds,
    [...api.jobs.keys()].map((id) => `fal-ai/flux/requests/${id}`),
    "without the model's last part",
  );
  t.equal(submitted(), 1);
  t.equal(submission()?.path, `/${dev}`);
  t.same(submission()?.body, {
    ...{ prompt: "a lighthouse at dusk", seed: 7, num_images: 1, image_size: { width: 96, height: 64 } },
    ...{ enable_safety_checker: true, output_format: "png", sync_mode: false },
  });
  t.ok(told.some(({ phase }) => phase === "Waiting as number 2 in Fal's line"));
  t.same(fractionsOf(told), [0.25, 0.75, 0.98]);
  t.equal(api.host.requests.length, 1, "fetched once");
  t.equal(api.host.requests[0]?.headers.authorization, undefined);
});

t.test("the caller has stored the id before anything else is asked", async (t) => {
  const { api, generate } = await setUp(t);
  const [stored, named] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const onRemoteId = async () => {
    named.resolve();
    await stored.promise;
  };
  const made = generate({}, watchedCall(t, { onRemoteId }));
  await named.promise;
  t.equal(api.requests.length, 1);
  stored.resolve();
  t.ok((await made).outcome.ok);
  const failing = watchedCall(t, { onRemoteId: () => Promise.reject(new Error("the database is gone")) });
  await t.rejects(generate({}, failing), /the database is gone/);
});

t.test("after a crash the same request is taken up, and nothing is submitted again", async (t) => {
  const { api, generate, resume, submitted } = await setUp(t, { held: true });
  const call = watchedCall(t);
  const crashed = generate({}, call);
  await api.arrival(asks);
  call.abort();
  t.match((await crashed).outcome, { ok: false, failure: "cancelled" });
  t.notOk(
    api.calls().some((each) => each.startsWith("PUT")),
    "the caller decides whether it is stopped",
  );
  api.behaviour.held = false;
  const [id = ""] = call.remoteIds;
  t.match(await resume(id), { ok: true, model: dev, seed: 7 });
  t.match(await resume(id), { ok: true }, "also once it is over");
  t.equal(submitted(), 1);
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

t.test("cancelled while the submission is under way: its answer still names the request", async (t) => {
  const { api, generate } = await setUp(t, {}, { pause: untilAborted });
  const call = watchedCall(t);
  const arrived = api.arrival(submits);
  const made = generate({}, call);
  await arrived;
  call.abort();
  const { outcome, remoteIds } = await made;
  t.match(outcome, { ok: false, failure: "cancelled" });
  t.equal(remoteIds.length, 1, "so that it can be stopped");
  const late = watchedCall(t, { signal: AbortSignal.abort() });
  t.match((await generate({}, late)).outcome, { failure: "cancelled", cost: { kind: "NONE" } });
});

t.test("questions without an answer are repeated, and not for ever", async (t) => {
  const { api, generate, submitted, waits } = await setUp(t);
  api.interfere(asks, "cut", { status: 500, body: "" }, { status: 200, body: "<html>" });
  api.interfere(asks, { status: 429, body: "", headers: { "retry-after": "9" } });
  api.interfere(results, { status: 502, body: "<html>" }, "cut", { status: 200, body: [] });
  t.ok((await generate()).outcome.ok);
  t.ok(
    waits.some((wait) => wait >= 9_000),
    "as long as it asked",
  );
  t.equal(api.host.requests.length, 1);
  api.interfere(asks, ...Array.from({ length: 20 }, () => ({ status: 503, body: "" })));
  t.match((await generate()).outcome, { ok: false, failure: "timeout", message: /could not be found out/ });
  t.equal(submitted(), 2);
});

t.test("over does not mean done: the result tells", async (t) => {
  const { api, generate } = await setUp(t);
  t.match((await generate({ prompt: "a boat sim:policy" })).outcome, {
    failure: "content_policy",
    cost: { kind: "UNKNOWN" },
  });
  const detail = (type: string) => ({ detail: [{ loc: ["body", "image_url"], msg: "no good", type }] });
  const infrastructure = (error_type: string) => ({ detail: "it failed", error_type });
  const ends = [
    [422, detail("no_media_generated"), { failure: "bad_output" }],
    [
      422,
      detail("image_too_large"),
      { failure: "invalid_request", message: /body\.image_url: no good/, cost: { kind: "NONE" } },
    ],
    [500, detail("internal_server_error"), { failure: "provider_error", cost: { kind: "NONE" } }],
    [504, infrastructure("generation_timeout"), { failure: "provider_unavailable", cost: { kind: "NONE" } }],
    [503, infrastructure("runner_disconnected"), { failure: "provider_unavailable" }],
    [401, { detail: "key revoked" }, { failure: "auth" }],
  ] as const;
  for (const [status, body, expected] of ends) {
    api.behaviour.result = { status, body };
    t.match((await generate()).outcome, { ok: false, ...expected }, `${status}`);
  }
  const timedOut = infrastructure("request_timeout");
  api.behaviour.result = { status: 504, body: timedOut, headers: { "x-fal-request-timeout-type": "user" } };
  t.match((await generate()).outcome, { failure: "provider_unavailable", retryable: false });
  api.behaviour.result = {
    status: 500,
    body: detail("internal_server_error"),
    headers: { "x-fal-retryable": "false" },
  };
  t.match((await generate()).outcome, { failure: "provider_error", retryable: false });
});

t.test("every kind of output, and files that are no picture", async (t) => {
  const { api, generate } = await setUp(t);
  for (const output of ["images", "image", "data-uri"] as const) {
    api.behaviour.output = output;
    t.ok((await generate()).outcome.ok, output);
  }
  api.behaviour.output = "flagged";
  t.match((await generate()).outcome, { ok: false, failure: "content_policy" }, "the picture is black");
  api.behaviour.output = "no-file";
  t.match((await generate()).outcome, { ok: false, failure: "bad_output" });
  api.behaviour.output = "images";
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
    api.behaviour.file = file;
    t.match((await generate()).outcome, { ok: false, failure: "bad_output", cost: { kind: "UNKNOWN" } }, file);
  }
  api.behaviour.file = "redirected";
  t.ok((await generate()).outcome.ok);
});

t.test("refused submissions, by class", async (t) => {
  const { api, generate } = await setUp(t);
  const answers = [
    [{ status: 403, body: { detail: "User is locked. Reason: Exhausted balance." } }, { failure: "billing" }],
    [{ status: 403, body: { detail: "Forbidden" } }, { failure: "auth" }],
    [
      { status: 404, body: { detail: "Application not found" } },
      { failure: "model_not_found", cost: { kind: "NONE" } },
    ],
    [
      { status: 422, body: { detail: [{ msg: "JSON decode error", type: "json_invalid" }] } },
      { failure: "invalid_request" },
    ],
    [
      { status: 429, body: {}, headers: { "retry-after": "12" } },
      { failure: "rate_limited", retryAfter: 12 },
    ],
    [
      { status: 429, body: "slow down" },
      { failure: "rate_limited", retryAfter: undefined },
    ],
    [{ status: 503, body: "" }, { failure: "provider_unavailable" }],
    [
      { status: 200, body: { status: "IN_QUEUE" } },
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
  const { generate } = await setUp(t, {}, { key: "wrong-id:wrong-secret" });
  const { outcome } = await generate();
  t.match(outcome, { ok: false, failure: "auth", cost: { kind: "NONE" } });
  t.notMatch(JSON.stringify(outcome), /wrong-/);
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
