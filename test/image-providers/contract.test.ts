/** What every provider owes its caller, whatever its API does. One row a provider; see `ContractRow`. */
import t, { type Test } from "tap";
import { defaultSize } from "../../src/image-providers/capabilities.ts";
import { failureClasses } from "../../src/image-providers/failure-class.ts";
import type { GenerationOutcome } from "../../src/image-providers/provider.ts";
import { imageProviders } from "../../src/image-providers/registry.ts";
import { sharp } from "../../src/infra/sharp.ts";
import { eventually } from "../support/eventually.ts";
import { generateWith, generationContext, requestFor } from "../support/image-providers.ts";
import { type ContractRow, usualWeather } from "../support/provider-contract.ts";
import { automatic1111Row } from "./automatic1111/contract-row.ts";
import { blackboxRow } from "./blackbox/contract-row.ts";
import { falRow } from "./fal/contract-row.ts";
import { openAiRow } from "./openai/contract-row.ts";
import { replicateRow } from "./replicate/contract-row.ts";
import { sketchRow } from "./sketch/contract-row.ts";

const rows: readonly ContractRow[] = [blackboxRow, openAiRow, replicateRow, falRow, automatic1111Row, sketchRow];

/** Nothing that anybody may read names the key, and what is for people is a sentence. */
function checkTelling(t: Test, outcome: GenerationOutcome, key: string | null): void {
  if (key !== null) t.notOk(JSON.stringify({ ...outcome, bytes: null }).includes(key), "the key stays inside");
  if (outcome.ok) return;
  t.match(outcome.message, /^[A-Z][^]*[.!?…”]$/, outcome.message);
  t.notMatch(outcome.message, /127\.0\.0\.1|169\.254|ECONN|undefined|\[object/, "without hosts and codes");
  t.ok((outcome.detail ?? "").length <= 301, "the detail is short");
  t.ok(outcome.failure in failureClasses);
}

t.test("every registered provider is held to the contract", async (t) => {
  t.same(
    rows.map(({ name }) => name),
    imageProviders.map(({ name }) => name),
  );
  t.equal(new Set(imageProviders.map(({ name }) => name)).size, imageProviders.length);
});

for (const row of rows) {
  t.test(row.name, async (t) => {
    t.test("describes itself with limits that its own defaults keep", async (t) => {
      const { provider } = await row.open(t);
      t.equal(provider.name, row.name);
      const { models, maxCount, concurrency } = provider.capabilities;
      t.equal(new Set(models.map(({ id }) => id)).size, models.length);
      t.ok(maxCount >= 1 && concurrency >= 1);
      for (const model of models) {
        const { width, height } = defaultSize(model);
        const { sizes } = model;
        if (sizes.kind === "RANGE") {
          t.ok(width >= sizes.width.min && width <= sizes.width.max && width % sizes.width.step === 0);
          t.ok(height >= sizes.height.min && height <= sizes.height.max && height % sizes.height.step === 0);
          t.ok(width * height <= sizes.maxPixels);
        }
        t.ok(model.maxPromptLength > 0);
      }
    });

    t.test("makes a picture", async (t) => {
      const { provider, key } = await row.open(t);
      const { outcome, progress } = await generateWith(t, provider);
      if (!outcome.ok) return void t.fail(`${outcome.message} ${outcome.detail}`);
      const { width, height } = await sharp(outcome.bytes).metadata();
      t.ok(width > 0 && height > 0);
      t.not(outcome.model, "");
      checkTelling(t, outcome, key);
      t.ok(progress.length > 0, "and says what it does");
      const fractions = progress.flatMap(({ fraction }) => fraction ?? []);
      t.same(
        fractions,
        fractions.toSorted((a, b) => a - b),
        "never falling",
      );
      t.ok(fractions.every((fraction) => fraction >= 0 && fraction <= 1));
      t.ok(progress.every(({ phase }) => /^[A-Z]/.test(phase)));
    });

    t.test("is not even asked when it is cancelled before it begins", async (t) => {
      const { provider, arrivals } = await row.open(t);
      const { outcome } = await generateWith(t, provider, {}, { signal: AbortSignal.abort() });
      t.match(outcome, { ok: false, failure: "cancelled", cost: { kind: "NONE" } });
      t.equal(arrivals.length, 0);
    });

    const { openUnreachable } = row;
    if (openUnreachable === undefined) return;

    t.test("an API that nobody serves is unavailable, and cost nothing", async (t) => {
      const { outcome } = await generateWith(t, openUnreachable());
      t.match(outcome, { ok: false, failure: "provider_unavailable", cost: { kind: "NONE" } });
      checkTelling(t, outcome, null);
    });

    t.test("each trouble of the API has its class", async (t) => {
      const { provider, key } = await row.open(t);
      for (const [trouble, failure] of Object.entries(row.failures)) {
        const { outcome } = await generateWith(t, provider, { prompt: `a boat sim:${trouble}` });
        t.match(outcome, { ok: false, failure }, trouble);
        checkTelling(t, outcome, key);
      }
    });

    t.test("each trouble that any host can have has its class", async (t) => {
      const { provider, key } = await row.open(t);
      for (const [trouble, usual] of Object.entries(usualWeather)) {
        const allowed = row.weather?.[trouble as keyof typeof usualWeather] ?? usual;
        const { outcome } = await generateWith(t, provider, { prompt: `a boat sim:${trouble}` });
        t.ok(!outcome.ok && allowed.includes(outcome.failure), `${trouble}: ${JSON.stringify(outcome)}`);
        checkTelling(t, outcome, key);
      }
    });

    t.test("waits are told as the API tells them", async (t) => {
      const { provider } = await row.open(t);
      for (const [trouble, seconds] of Object.entries(row.waits)) {
        const { outcome } = await generateWith(t, provider, { prompt: `a boat sim:${trouble}` });
        t.equal(outcome.ok ? "a picture" : (outcome.retryAfter ?? null), seconds, trouble);
      }
    });

    for (const trouble of ["silent", "drip"]) {
      t.test(`a cancellation ends a call at once, while the API is ${trouble}`, async (t) => {
        const { provider, arrivals, key } = await row.open(t);
        const stop = new AbortController();
        const model = provider.capabilities.models[0];
        const request = requestFor(model, { prompt: `a boat sim:${trouble}` });
        const call = provider.generate(request, generationContext(t, { signal: stop.signal }));
        const asked = () => arrivals.find(row.asksForPicture ?? (() => true));
        await eventually("the request arrives", () => asked() !== undefined);
        const told = performance.now();
        stop.abort();
        const outcome = await call;
        t.ok(performance.now() - told < 500, "promptly");
        t.match(outcome, { ok: false, failure: "cancelled", cost: { kind: row.free ? "NONE" : "UNKNOWN" } });
        checkTelling(t, outcome, key);
        t.equal(await asked()?.closed, false, "and the connection is gone");
      });
    }

    t.test("its list of models never fails, and is asked for once", async (t) => {
      const { provider, arrivals } = await row.open(t);
      if (provider.listModels === undefined) return;
      const context = generationContext(t);
      const [first, second] = await Promise.all([provider.listModels(context), provider.listModels(context)]);
      t.ok(first.listedAt !== null, "the simulator's list was read");
      t.same(second, first);
      t.equal(arrivals.length, 1);
      const { models, listedAt } = (await openUnreachable().listModels?.(context)) ?? first;
      t.equal(listedAt, null);
      t.ok(models.length > 0, "what is declared is there all the same");
    });
  });
}
