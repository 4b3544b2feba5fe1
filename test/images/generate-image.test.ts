import t from "tap";
import { type FailureClass, failureClasses } from "../../src/image-providers/failure-class.ts";
import type { GenerationOutcome } from "../../src/image-providers/provider.ts";
import { generateImage } from "../../src/images/generate-image.ts";
import { sweepImages } from "../../src/images/sweep-images.ts";
import { type Atelier, openAtelier, type Person } from "../support/atelier.ts";
import { picture, standInProvider } from "../support/stand-ins.ts";
import { operations, queuedJobs, rowIdOf } from "../support/studio.ts";

const free = { price: 0 };

const shown = "{ images(first: 1) { nodes { status phase progress url failure { class message retryable advice } } } }";

/** Asks for one picture of a provider that answers like this; answers what became of it after a worker was there. */
async function outcomeOf(atelier: Atelier, person: Person) {
  await person.mutate(operations.generate, { prompt: "a boat" });
  // As often as it is tried again.
  for (let round = 0; round < 3; round += 1) {
    await atelier.drain();
    atelier.clock.advance(3_000);
    await sweepImages(atelier.services);
  }
  const { data } = await person.request(shown);
  return data.images.nodes[0];
}

t.test("each class of failure is told in words, with advice where asking again may help", async (t) => {
  let answer: GenerationOutcome = picture;
  const atelier = await openAtelier(t, { providers: standInProvider(() => Promise.resolve(answer)) });
  const ada = await atelier.signUp("Ada");
  for (const failure of Object.keys(failureClasses) as FailureClass[]) {
    answer = { ok: false, failure, message: `The easel says ${failure}.` };
    const image = await outcomeOf(atelier, ada);
    t.match(image, { status: "FAILED", phase: null, url: null, failure: { class: failure.toUpperCase() } });
    t.match(image.failure, { message: `The easel says ${failure}.`, advice: failureClasses[failure].advice });
  }
  t.same(await queuedJobs(atelier), [], "none is asked again by itself");
});

t.test("a provider that throws has failed, and its text stays inside", async (t) => {
  const atelier = await openAtelier(t, {
    providers: standInProvider(() => Promise.reject(new Error("secret stack at 10.0.0.7"))),
  });
  const ada = await atelier.signUp("Ada");
  const image = await outcomeOf(atelier, ada);
  t.match(image, { status: "FAILED", failure: { class: "PROVIDER_ERROR" } });
  t.notMatch(JSON.stringify(image), /secret|10\.0/);
});

t.test("bytes that are no picture, and too many of them, are told as what they are", async (t) => {
  let bytes = Buffer.from("<html>quota exceeded</html>");
  const atelier = await openAtelier(t, {
    providers: standInProvider(() =>
      Promise.resolve({ ok: true, bytes, model: "easel-1", seed: null, cost: { kind: "NONE" } }),
    ),
  });
  const ada = await atelier.signUp("Ada");
  t.match(await outcomeOf(atelier, ada), {
    status: "FAILED",
    failure: { class: "BAD_OUTPUT", message: /no usable picture.*web page/ },
  });
  bytes = Buffer.alloc(0);
  t.match(await outcomeOf(atelier, ada), { status: "FAILED", failure: { class: "BAD_OUTPUT", message: /empty/ } });
  bytes = Buffer.alloc(33 * 1024 * 1024);
  t.match(await outcomeOf(atelier, ada), { status: "FAILED", failure: { class: "BAD_OUTPUT", message: /at most/ } });
});

t.test("a provider that is gone since is told by its name", async (t) => {
  const providers = new Map(standInProvider());
  const atelier = await openAtelier(t, { providers });
  const ada = await atelier.signUp("Ada");
  await ada.mutate(operations.generate, { prompt: "a boat" });
  providers.clear();
  await atelier.drain();
  const { data } = await ada.request(shown);
  t.match(data.images.nodes[0], { status: "FAILED", failure: { message: /"easel" is no longer configured/ } });
});

t.test(
  "a storage that fails costs the picture, not the peace: it is told, and not asked for again and again",
  async (t) => {
    let calls = 0;
    const atelier = await openAtelier(t, {
      providers: standInProvider(() => {
        calls += 1;
        return Promise.resolve(picture);
      }),
    });
    const ada = await atelier.signUp("Ada");
    atelier.services.storage.put = () => Promise.reject(new Error("ENOSPC"));
    t.match(await outcomeOf(atelier, ada), {
      status: "FAILED",
      failure: { class: "STORAGE_ERROR", message: /could not be stored/ },
    });
    t.equal(calls, 1);
  },
);

t.test("huge and senseless progress stays between 0 and 1, and never falls", async (t) => {
  const seen: number[] = [];
  const providers = standInProvider(async ({ onProgress }) => {
    for (const fraction of [0.5, -3, Number.NaN, 0.2, 1e9, Number.POSITIVE_INFINITY]) {
      onProgress({ fraction, phase: "p".repeat(100_000) });
      await new Promise((resolve) => setTimeout(resolve, 60));
      const { phase, progress } = await atelier.services.db.image.findFirstOrThrow();
      seen.push(progress);
      t.ok((phase ?? "").length <= 200);
    }
    return picture;
  });
  const atelier = await openAtelier(t, { providers });
  const ada = await atelier.signUp("Ada");
  t.match(await outcomeOf(atelier, ada), { status: "GENERATED", progress: 1, phase: null });
  t.same(
    seen,
    [...seen].sort((a, b) => a - b),
  );
  t.ok(seen.every((value) => value >= 0 && value <= 1));
});

t.test("an outcome is not written twice after the lease was lost", async (t) => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  let calls = 0;
  const providers = standInProvider(async () => {
    calls += 1;
    if (calls > 1) return picture;
    reach();
    await released;
    return { ok: false, failure: "content_policy", message: "The first, slow answer." };
  }, free);
  const atelier = await openAtelier(t, { providers });
  const ada = await atelier.signUp("Ada");
  await ada.mutate(operations.generate, { prompt: "a boat" });
  const slow = atelier.drain();
  await reached;
  const { id } = await atelier.services.db.image.findFirstOrThrow();
  // The slow one's lease ran out, and a second process took the picture over.
  await atelier.services.db.image.update({ where: { id }, data: { leaseUntil: new Date(0) } });
  const context = { signal: new AbortController().signal, log: atelier.services.log };
  const second = { ...atelier.services, crashPoint: () => Promise.resolve() };
  await generateImage(second, id, context);
  const settled = await atelier.services.db.image.findUniqueOrThrow({ where: { id } });
  t.match(settled, { status: "GENERATED", fence: 2 });

  release();
  await slow;
  t.same(
    await atelier.services.db.image.findUniqueOrThrow({ where: { id } }),
    settled,
    "the late answer changed nothing",
  );
  const attempts = await atelier.services.db.generationAttempt.findMany({ orderBy: { number: "asc" } });
  t.same(
    attempts.map((attempt) => attempt.outcome),
    ["LOST", "SUCCEEDED"],
  );
});

t.test("a provider is told to stop as soon as its picture belongs to somebody else", async (t) => {
  const providers = standInProvider(async ({ signal }) => {
    await atelier.services.db.image.updateMany({ data: { fence: 2 } });
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return { ok: false, failure: "cancelled", message: "Stopped." };
  });
  const atelier = await openAtelier(t, { providers });
  const ada = await atelier.signUp("Ada");
  await ada.mutate(operations.generate, { prompt: "a boat" });
  await atelier.drain();
  t.match(await atelier.services.db.image.findFirstOrThrow(), { status: "GENERATING", fence: 2 }, "and writes nothing");
  t.same(await queuedJobs(atelier), []);
});

t.test("a wake-up for a picture that is finished, or that is not there, does nothing", async (t) => {
  let calls = 0;
  const atelier = await openAtelier(t, {
    providers: standInProvider(() => {
      calls += 1;
      return Promise.resolve(picture);
    }),
  });
  const ada = await atelier.signUp("Ada");
  const { images } = await ada.mutate(operations.generate, { prompt: "a boat" });
  await atelier.drain();
  const services = { ...atelier.services, crashPoint: () => Promise.resolve() };
  const context = { signal: new AbortController().signal, log: atelier.services.log };
  await generateImage(services, rowIdOf(images[0].id), context);
  await generateImage(services, "01900000-0000-7000-8000-000000000000", context);
  t.equal(calls, 1);
});

t.test("two workers and a double wake-up make each picture once", async (t) => {
  let calls = 0;
  const atelier = await openAtelier(t, {
    providers: standInProvider(async () => {
      calls += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return picture;
    }),
  });
  const ada = await atelier.signUp("Ada");
  const { images } = await ada.mutate(operations.generate, { prompt: "a boat", count: 4 });
  const { transact } = atelier.services;
  const { enqueue } = await import("../../src/infra/jobs.ts");
  const { generateImageJob } = await import("../../src/images/jobs.ts");
  const again = images.map(({ id }: { id: string }) => ({ payload: { imageId: rowIdOf(id) } }));
  await transact((tx) => enqueue(tx, generateImageJob, again));
  await Promise.all([atelier.drain(), atelier.drain()]);
  t.equal(calls, 4);
  t.equal(await atelier.services.db.image.count({ where: { status: "GENERATED" } }), 4);
});
