/** What every provider with remote jobs owes its caller: a picture is paid for once, whatever breaks in between. */
import t, { type Test } from "tap";
import type { ImageProvider } from "../../src/image-providers/provider.ts";
import type { Pause } from "../../src/infra/pause.ts";
import type { DeliveryHost } from "../simulators/delivery-host.ts";
import { falSimulator } from "../simulators/fal.ts";
import { replicateSimulator } from "../simulators/replicate.ts";
import type { SimulatedHttp } from "../simulators/simulated-http.ts";
import { standingTime, untilAborted, type WatchedCall, watchedCall } from "../support/image-provider-call.ts";
import { requestFor } from "../support/image-providers.ts";
import { openSimulated as openFal } from "./fal/contract-row.ts";
import { openSimulated as openReplicate } from "./replicate/contract-row.ts";

type RemoteProvider = ImageProvider & Required<Pick<ImageProvider, "resume" | "cancel">>;

interface RemoteApi extends SimulatedHttp {
  readonly host: DeliveryHost;
  /** While `held`, jobs do not go on. */
  readonly behaviour: { held: boolean };
}

interface Row {
  readonly open: (t: Test, pause: Pause) => Promise<{ readonly provider: RemoteProvider; readonly api: RemoteApi }>;
  readonly submits: RegExp;
  readonly looks: RegExp;
  readonly cancels: RegExp;
}

const rows: Readonly<Record<string, Row>> = {
  replicate: {
    open: async (t, pause) => {
      const api = await replicateSimulator(t);
      return { api, provider: openReplicate(api, { pause }) };
    },
    submits: /^POST .*\/predictions$/,
    looks: /^GET .*\/predictions\//,
    cancels: /\/cancel$/,
  },
  fal: {
    open: async (t, pause) => {
      const api = await falSimulator(t);
      return { api, provider: openFal(api, { pause }) };
    },
    submits: /^POST /,
    looks: /^GET .*\/status$/,
    cancels: /\/cancel$/,
  },
};

for (const [name, row] of Object.entries(rows)) {
  const { submits, looks, cancels } = row;

  async function setUp(t: Test, pause?: Pause) {
    const time = standingTime();
    const { provider, api } = await row.open(t, pause ?? time.pause);
    const request = requestFor(provider.capabilities.models[0], { width: 1024, height: 1024 });
    const generate = (call: WatchedCall = watchedCall(t)) => provider.generate(request, call.context);
    const resume = (id = "", call: WatchedCall = watchedCall(t)) => provider.resume(id, request, call.context);
    const count = (pattern: RegExp) => api.calls().filter((line) => pattern.test(line)).length;
    return { provider, api, generate, resume, count, waits: time.waits };
  }

  t.test(name, async (t) => {
    t.test("submits once, and fetches the result once, without the key", async (t) => {
      const { api, generate, count } = await setUp(t);
      const call = watchedCall(t);
      t.ok((await generate(call)).ok);
      t.equal(count(submits), 1);
      t.equal(call.remoteIds.length, 1);
      t.equal(api.host.requests.length, 1);
      t.equal(api.host.requests[0]?.headers.authorization, undefined);
    });

    t.test("waits until the caller has stored the job's id before it asks anything else", async (t) => {
      const { api, generate, count } = await setUp(t);
      const [stored, named] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const onRemoteId = async () => {
        named.resolve();
        await stored.promise;
      };
      const call = watchedCall(t, { onRemoteId });
      const made = generate(call);
      await named.promise;
      // Long enough for a look that does not wait to arrive.
      for (const trip of [1, 2, 3]) await call.context.http.request({ url: `${api.url}/?trip=${trip}` });
      const asked = api.requests.length;
      t.equal(count(looks), 0);
      stored.resolve();
      t.ok((await made).ok);
      t.ok(api.requests.length > asked);
    });

    t.test("rejects when the id could not be stored, rather than lose it", async (t) => {
      const { generate, count } = await setUp(t);
      const call = watchedCall(t, { onRemoteId: () => Promise.reject(new Error("the database is gone")) });
      await t.rejects(generate(call), /the database is gone/);
      t.equal(count(looks), 0);
    });

    t.test("takes the same job up again after a crash, and submits nothing", async (t) => {
      const { api, generate, resume, count } = await setUp(t);
      api.behaviour.held = true;
      const call = watchedCall(t);
      const crashed = generate(call);
      await api.arrival(looks);
      call.abort();
      t.match(await crashed, { ok: false, failure: "cancelled" });
      t.equal(count(cancels), 0, "whether it is stopped is the caller's decision");
      api.behaviour.held = false;
      const [id] = call.remoteIds;
      const again = watchedCall(t);
      t.match(await resume(id, again), { ok: true, seed: 7 });
      t.ok(again.told.length > 0, "with progress");
      t.match(await resume(id), { ok: true }, "also once it has ended");
      t.equal(count(submits), 1);
      t.same(again.remoteIds, [], "the caller knows the id");
    });

    t.test("a job that is gone is a failure that nobody repeats by themselves", async (t) => {
      const { resume, count } = await setUp(t);
      t.match(await resume("fal-ai/flux/requests/00000000-0000-4000-8000-000000000000"), { failure: "timeout" });
      t.match(await resume("../../account"), { ok: false, failure: "timeout" });
      t.equal(count(submits), 0);
    });

    t.test("cancelled while the submission is under way, its answer still names the job", async (t) => {
      const { api, generate } = await setUp(t, untilAborted);
      const call = watchedCall(t);
      const arrived = api.arrival(submits);
      const made = generate(call);
      await arrived;
      call.abort();
      t.match(await made, { ok: false, failure: "cancelled" });
      t.equal(call.remoteIds.length, 1, "so that it can be stopped");
    });

    t.test("looks without an answer are repeated, and wait as long as the API asks", async (t) => {
      const { api, generate, count, waits } = await setUp(t);
      api.interfere(looks, "cut", { status: 502, body: "<html>" }, { status: 200, body: "<html>" });
      api.interfere(looks, { status: 429, body: "", headers: { "retry-after": "9" } });
      t.ok((await generate()).ok);
      t.equal(waits.filter((wait) => wait >= 9_000 && wait < 11_000).length, 1);
      t.equal(count(submits), 1);
    });

    t.test("stops with the network, when the server is stopped", async (t) => {
      const { api, generate, count } = await setUp(t);
      api.behaviour.held = true;
      const call = watchedCall(t);
      const made = generate(call);
      await api.arrival(looks);
      await call.context.http.close();
      t.match(await made, { ok: false, failure: "cancelled", cost: { kind: "UNKNOWN" } });
      t.ok(count(looks) < 6);
    });

    t.test("an API that does not come back is given up: the job may still run", async (t) => {
      const { api, generate, count, waits } = await setUp(t);
      api.interfere(looks, ...Array.from({ length: 20 }, () => ({ status: 503, body: "" })));
      t.match(await generate(), { ok: false, failure: "timeout", cost: { kind: "UNKNOWN" } });
      t.equal(count(looks), 6);
      t.ok(
        waits.every((wait, index) => index === 0 || wait > (waits[index - 1] ?? 0) * 1.5),
        "more and more slowly",
      );
    });

    t.test("a job that never ends is left after half an hour", async (t) => {
      const { api, generate, waits } = await setUp(t);
      api.behaviour.held = true;
      t.match(await generate(), { ok: false, failure: "timeout" });
      const minutes = waits.reduce((sum, wait) => sum + wait) / 60_000;
      t.ok(minutes > 29 && minutes < 32, `${minutes} minutes`);
      t.ok(waits.every((wait) => wait <= 6_000));
    });

    t.test("a result that drips is left when the call ends", async (t) => {
      const { api, provider } = await setUp(t);
      const call = watchedCall(t);
      const request = requestFor(provider.capabilities.models[0], { prompt: "a boat sim:at-drip" });
      const made = provider.generate(request, call.context);
      await api.host.arrival(/GET/);
      call.abort();
      t.match(await made, { ok: false, failure: "cancelled" });
    });

    t.test("an API that cannot be asked to stop may go on", async (t) => {
      const { api, provider, generate } = await setUp(t);
      const call = watchedCall(t);
      await generate(call);
      const cancel = () => provider.cancel(call.remoteIds[0] ?? "", watchedCall(t).context);
      t.equal(await cancel(), true, "it is over");
      api.interfere(cancels, "cut", { status: 500, body: "" }, { status: 200, body: "<html>" });
      for (const answer of ["cut", "500", "html"]) t.equal(await cancel(), false, answer);
    });
  });
}
