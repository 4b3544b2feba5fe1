import { randomUUID } from "node:crypto";
import { once } from "node:events";
import t from "tap";
import type { GenerationContext } from "../src/image-providers/provider.ts";
import { enqueue } from "../src/infra/jobs.ts";
import { wakeTargets } from "../src/posts/wake-targets.ts";
import { verifyTargetJob } from "../src/publishing/jobs.ts";
import { jobHandlers, timetable } from "../src/work-list.ts";
import { cronItems, startWorker } from "../src/worker.ts";
import { type Atelier, openAtelier } from "./support/atelier.ts";
import { openDesk } from "./support/publishing-desk.ts";
import { picture, standInProvider } from "./support/stand-ins.ts";
import { connectGallery, operations, queuedJobs } from "./support/studio.ts";

const shown = "{ images { nodes { status } } }";
const locked = async (atelier: Atelier) => (await queuedJobs(atelier)).filter((job) => job.locked);

/** Waits until something holds, asking the database ten times a second; the test's own time limit ends it. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 100));
}

t.test("a worker makes what waits, and stops without leaving a job locked (I-21)", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  await ada.mutate(operations.generate, { prompt: "a boat", count: 6 });
  const worker = await startWorker(atelier.services);
  await until(async () => (await atelier.services.db.image.count({ where: { status: "GENERATED" } })) === 6);
  await worker.stop();
  await worker.done;
  t.same(await queuedJobs(atelier), [], "finished jobs are gone, none is locked");
  t.equal(await atelier.services.db.generationAttempt.count(), 6, "each picture was asked for once");
  // A wake-up says that a provider has work; those that come when nothing is left end at once.
  const runs = await atelier.services.db.jobRun.findMany({ where: { name: "generate-image" } });
  t.ok(runs.length >= 6);
  t.ok(runs.every((run) => run.outcome === "SUCCEEDED" && run.finishedAt !== null));
});

t.test("a stop interrupts a slow generation at once; the next worker finishes it", async (t) => {
  let generate = async ({ signal }: GenerationContext) => {
    started.abort();
    await once(signal, "abort");
    return { ok: false, failure: "cancelled", message: "Stopped.", cost: { kind: "NONE" } } as const;
  };
  const started = new AbortController();
  const atelier = await openAtelier(t, { providers: standInProvider((context) => generate(context)) });
  const ada = await atelier.signUp("Ada");
  await ada.mutate(operations.generate, { prompt: "a boat" });
  const worker = await startWorker(atelier.services);
  if (!started.signal.aborted) await once(started.signal, "abort");
  const begin = performance.now();
  await worker.stop();
  t.ok(performance.now() - begin < 4_000, "it does not wait for the queue's own five seconds");
  t.equal((await ada.request(shown)).data.images.nodes[0].status, "PENDING");
  t.same(await locked(atelier), []);
  t.match(await queuedJobs(atelier), [{ task: "generate-image" }], "its wake-up waits");
  const attempts = await atelier.services.db.generationAttempt.findMany();
  t.same(
    attempts.map((attempt) => attempt.outcome),
    ["CANCELLED"],
    "and this worker did not take it back",
  );

  generate = () => Promise.resolve(picture) as never;
  const next = await startWorker(atelier.services);
  await until(async () => (await ada.request(shown)).data.images.nodes[0].status === "GENERATED");
  await next.stop();
  t.same(await queuedJobs(atelier), []);
});

t.test("a picture that is finished while the worker stops is kept: it may have cost money", async (t) => {
  const started = new AbortController();
  const providers = standInProvider(async ({ signal }) => {
    started.abort();
    await once(signal, "abort");
    return picture;
  });
  const atelier = await openAtelier(t, { providers });
  const ada = await atelier.signUp("Ada");
  await ada.mutate(operations.generate, { prompt: "a boat" });
  const worker = await startWorker(atelier.services);
  if (!started.signal.aborted) await once(started.signal, "abort");
  await worker.stop();
  t.equal((await ada.request(shown)).data.images.nodes[0].status, "GENERATED");
  t.same(await queuedJobs(atelier), []);
});

t.test("a stop does not cut a send from its record", async (t) => {
  const desk = await openDesk(t);
  const started = new AbortController();
  desk.platform.publish = async ({ key }) => {
    started.abort();
    await new Promise((resolve) => setTimeout(resolve, 500));
    return { kind: "published", externalId: key, permalink: "https://example.org/1" };
  };
  await desk.publishNow();
  const worker = await startWorker(desk.atelier.services);
  if (!started.signal.aborted) await once(started.signal, "abort");
  await worker.stop();
  t.match(await desk.post(), { status: "PUBLISHED" });
  t.same(await queuedJobs(desk.atelier), []);
});

t.test(
  "pictures that take long, and accounts that hang, do not hold up a post of another account (I-25)",
  async (t) => {
    const release = Promise.withResolvers<void>();
    t.teardown(() => release.resolve());
    let slow = false;
    const makePicture = async () => {
      if (slow) await release.promise;
      return picture;
    };
    const providers = standInProvider(makePicture, { concurrency: 8 });
    const desk = await openDesk(t, { providers });
    slow = true;
    const { atelier, ada } = desk;
    desk.platform.publish = async ({ key, session }) => {
      if (session.account.handle.startsWith("slow")) await release.promise;
      return { kind: "published", externalId: key, permalink: "https://example.org/1" };
    };
    await ada.mutate(operations.generate, { prompt: "a boat", count: 8 });
    for (let index = 0; index < 3; index += 1) {
      await desk.another(`slow ${index}`, atelier.clock.now(), await connectGallery(ada, `slow-${index}`));
    }
    const worker = await startWorker(atelier.services);
    const generating = { status: "GENERATING" } as const;
    await until(async () => (await atelier.services.db.image.count({ where: generating })) >= 4);
    await until(async () => desk.said().length === 3);
    await desk.publishNow();
    await until(async () => (await desk.post()).status === "PUBLISHED");
    t.ok((await atelier.services.db.image.count({ where: generating })) >= 4, "the pictures are still being made");
    release.resolve();
    await worker.stop();
    t.same(await locked(atelier), []);
  },
);

t.test("a worker that starts gives what is due soon its wake-up at once", async (t) => {
  const desk = await openDesk(t);
  const { clock, services } = desk.atelier;
  const at = new Date(clock.now().getTime() + 600_000);
  await desk.ada.mutate(operations.schedule, { postId: desk.postId, schedule: { at: at.toISOString() } });
  t.same(await queuedJobs(desk.atelier), []);
  clock.set(new Date(at.getTime() - 60_000));
  const worker = await startWorker(services);
  await until(async () => (await queuedJobs(desk.atelier)).some((job) => job.runAt.getTime() === at.getTime()));
  await worker.stop();
});

t.test("a job whose payload is damaged fails in its history, and does not stop the others", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  await atelier.services.db
    .$executeRaw`select graphile_worker.add_job('generate-image', '{"imageId": "x"}'::json, max_attempts => 1)`;
  await ada.mutate(operations.generate, { prompt: "a boat" });
  await atelier.drain();
  t.equal((await ada.request(shown)).data.images.nodes[0].status, "GENERATED");
  const runs = await atelier.services.db.jobRun.findMany({ orderBy: { startedAt: "asc" } });
  t.same(runs.map((run) => run.outcome).sort(), ["FAILED", "SUCCEEDED"]);
});

t.test(
  "in a backlog, posts that were begun go on before others begin, and those before any is read back; sweeps come before all",
  async (t) => {
    const atelier = await openAtelier(t, { providers: standInProvider(), environment: { PUBLISH_CONCURRENCY: "1" } });
    const { transact, db } = atelier.services;
    const ids = Array.from({ length: 3 }, () => randomUUID());
    const begun = randomUUID();
    await transact(async (tx) => {
      await enqueue(
        tx,
        verifyTargetJob,
        ids.map((targetId) => ({ payload: { targetId } })),
      );
      const now = new Date();
      await wakeTargets(
        tx,
        ids.map((id) => ({ id, at: now })),
      );
      await wakeTargets(tx, [{ id: begun, at: now, begun: true }]);
    });
    const worker = await startWorker(atelier.services);
    await until(async () => (await queuedJobs(atelier)).length === 0);
    await worker.stop();
    const runs = await db.jobRun.findMany({
      where: { name: { in: ["verify-target", "publish-target"] } },
      orderBy: { id: "asc" },
    });
    t.same(
      runs.map(({ name }) => name),
      [...Array.from({ length: 4 }, () => "publish-target"), ...Array.from({ length: 3 }, () => "verify-target")],
    );
    t.match(runs[0], { payload: { targetId: begun } });
    const priorities = jobHandlers(atelier.services).map(({ job }) => job.priority ?? 0);
    for (const { options } of cronItems(timetable(atelier.services)))
      t.ok(Math.min(...priorities) > (options.priority ?? 0), "what finds lost work waits behind none of it");
  },
);
