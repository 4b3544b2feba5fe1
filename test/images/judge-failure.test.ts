import t from "tap";
import { type FailureClass, failureClasses } from "../../src/image-providers/failure-class.ts";
import type { GenerationOutcome } from "../../src/image-providers/provider.ts";
import { sweepImages } from "../../src/images/sweep-images.ts";
import { type Atelier, openAtelier, type Person, personalWorkspace } from "../support/atelier.ts";
import { picture, standInProvider } from "../support/stand-ins.ts";
import { operations, rowIdOf } from "../support/studio.ts";

const failing = (failure: FailureClass, more: object = {}): GenerationOutcome => ({
  ...{ ok: false, failure, message: `The easel says ${failure}.`, cost: { kind: "UNKNOWN" } },
  ...more,
});

const shown = `{ images(first: 1) { nodes { status provider model width height
  failure { class message retryable advice } cost { costs { amount currency isReported } unknownCount } } } }`;

const latest = async (person: Person) => (await person.request(shown)).data.images.nodes[0];

/** Lets a worker try as often as it wants to. */
async function wear(atelier: Atelier): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    await atelier.drain();
    atelier.clock.advance(5_000);
    await sweepImages(atelier.services);
  }
  await atelier.drain();
}

t.test("each class is tried as often as that makes sense, and then told", async (t) => {
  let answer: GenerationOutcome = picture;
  let calls = 0;
  const providers = standInProvider(() => {
    calls += 1;
    return Promise.resolve(answer);
  });
  const atelier = await openAtelier(t, { providers });
  const ada = await atelier.signUp("Ada");
  const tries = { rate_limited: 3, provider_unavailable: 3, provider_error: 2, bad_output: 2 };
  for (const failure of Object.keys(failureClasses) as FailureClass[]) {
    calls = 0;
    answer = failing(failure);
    await ada.mutate(operations.generate, { prompt: "a boat" });
    await wear(atelier);
    const expected = new Map<string, number>(Object.entries(tries)).get(failure) ?? 1;
    t.equal(calls, expected, failure);
    const sum = { amount: Math.round(expected * 4) / 100, currency: "USD", isReported: false };
    t.match(await latest(ada), { status: "FAILED", failure: { class: failure.toUpperCase() }, cost: { costs: [sum] } });
  }
});

t.test("a provider that asks for patience is given it, and a picture that comes forgets the failure", async (t) => {
  let calls = 0;
  const providers = standInProvider(() => {
    calls += 1;
    const cost = { kind: "REPORTED", amount: 0.05, currency: "USD" } as const;
    return Promise.resolve(calls === 1 ? failing("rate_limited", { retryAfter: 60 }) : { ...picture, cost });
  });
  const atelier = await openAtelier(t, { providers });
  const ada = await atelier.signUp("Ada");
  await ada.mutate(operations.generate, { prompt: "a boat" });
  await atelier.drain();
  t.match(await latest(ada), { status: "PENDING", failure: { class: "RATE_LIMITED", retryable: true } });
  atelier.clock.advance(59_000);
  await atelier.drain();
  t.equal(calls, 1, "not a moment too early");
  atelier.clock.advance(14_000);
  await atelier.drain();
  t.equal(calls, 2, "a fifth later at most");
  const costs = [{ amount: 0.09, currency: "USD", isReported: false }];
  t.strictSame((await latest(ada)).cost, { costs, unknownCount: 0 });
  t.match(await latest(ada), { status: "GENERATED", failure: null });
});

t.test("a provider that asks for too much patience has failed", async (t) => {
  const providers = standInProvider(() => Promise.resolve(failing("rate_limited", { retryAfter: 1_800 })));
  const atelier = await openAtelier(t, { providers });
  const ada = await atelier.signUp("Ada");
  await ada.mutate(operations.generate, { prompt: "a boat" });
  await atelier.drain();
  t.match(await latest(ada), { status: "FAILED", failure: { message: /asks to wait 30 minutes/ } });
});

t.test("what the provider calls hopeless is not tried again", async (t) => {
  let calls = 0;
  const providers = standInProvider(() => {
    calls += 1;
    return Promise.resolve(failing("provider_error", { retryable: false }));
  });
  const atelier = await openAtelier(t, { providers });
  const ada = await atelier.signUp("Ada");
  await ada.mutate(operations.generate, { prompt: "a boat" });
  await wear(atelier);
  t.equal(calls, 1);
  t.match(await latest(ada), { status: "FAILED", failure: { retryable: false, advice: /unchanged will not help/ } });
});

/** Two providers, the second in the workspace's list; the first answers `answer`. */
async function openWithFallback(t: Parameters<typeof openAtelier>[0], answer: GenerationOutcome, price?: number) {
  const first = standInProvider(() => Promise.resolve(answer), price === undefined ? {} : { price });
  const second = standInProvider(undefined, { name: "brush", price: 0.01 });
  const atelier = await openAtelier(t, { providers: new Map([...first, ...second]) });
  const ada = await atelier.signUp("Ada");
  const id = rowIdOf(await personalWorkspace(ada));
  await atelier.services.db.workspace.update({
    where: { id },
    data: { fallbackProviders: ["gone", "easel", "brush"] },
  });
  const ask = async (input: object = {}) => {
    await ada.mutate(operations.generate, { prompt: "a boat", ...input });
    await wear(atelier);
    return latest(ada);
  };
  return { atelier, ask };
}

t.test("another provider of the workspace's list makes what the first one cannot", async (t) => {
  const { atelier, ask } = await openWithFallback(t, failing("billing", { cost: { kind: "NONE" } }));
  t.match(await ask(), { status: "GENERATED", provider: "brush", failure: null });
  const attempts = await atelier.services.db.generationAttempt.findMany({ orderBy: { number: "asc" } });
  t.match(attempts, [
    { number: 1, provider: "easel", outcome: "FAILED", failureClass: "billing" },
    { number: 2, provider: "brush", outcome: "SUCCEEDED" },
  ]);
  const other = await ask({ model: "easel-2" });
  t.match(other, { status: "GENERATED", provider: "brush", model: "easel-2" }, "a chosen model is found by its name");
});

t.test("a refused prompt is never shopped around", async (t) => {
  for (const failure of ["content_policy", "invalid_request"] as const) {
    const { ask } = await openWithFallback(t, failing(failure));
    t.match(await ask(), { status: "FAILED", provider: "easel" });
  }
});

t.test("what may have been charged is made elsewhere only where it is free", async (t) => {
  const priced = await openWithFallback(t, failing("timeout"));
  t.match(await priced.ask(), { status: "FAILED", provider: "easel", failure: { class: "TIMEOUT", retryable: true } });
  const free = await openWithFallback(t, failing("timeout"), 0);
  t.match(await free.ask(), { status: "GENERATED", provider: "brush" });
});
