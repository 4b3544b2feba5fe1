import t from "tap";
import type { GenerationOutcome } from "../../../src/image-providers/provider.ts";
import { claimImage } from "../../../src/images/claim-image.ts";
import { settleImage } from "../../../src/images/settle-image.ts";
import { sweepImages } from "../../../src/images/sweep-images.ts";
import { leaseDuration } from "../../../src/infra/lease.ts";
import { startWorker } from "../../../src/worker.ts";
import { openAtelier } from "../../support/atelier.ts";
import { eventually } from "../../support/eventually.ts";
import { picture, standInProvider } from "../../support/stand-ins.ts";
import { operations, queuedJobs, rowIdOf } from "../../support/studio.ts";

/** A provider whose calls wait until the test ends them, and which knows how many it was asked at once. */
function openEasel(concurrency: number) {
  const running: ((outcome: GenerationOutcome) => void)[] = [];
  let most = 0;
  const providers = standInProvider(
    () =>
      new Promise((resolve) => {
        running.push(resolve);
        most = Math.max(most, running.length);
      }),
    { price: 0, concurrency },
  );
  return {
    providers,
    running: () => running.length,
    most: () => most,
    finish: (outcome: GenerationOutcome = picture) => running.shift()?.(outcome),
  };
}

t.test("over all processes no more calls run than allowed, and as many as that until nothing waits", async (t) => {
  const easel = openEasel(3);
  const atelier = await openAtelier(t, { providers: easel.providers, environment: { WORKER_CONCURRENCY: "4" } });
  const { services: other } = await atelier.neighbour();
  const ada = await atelier.signUp("Ada");
  await ada.mutate(operations.generate, { prompt: "a boat", count: 10 });
  await ada.mutate(operations.generate, { prompt: "a boat", count: 2 });
  const workers = [await startWorker(atelier.services), await startWorker(other)];
  try {
    for (let left = 12; left > 0; left -= 1) {
      const wanted = Math.min(3, left);
      await eventually(`${wanted} calls run`, () => easel.running() === wanted);
      easel.finish();
    }
    const { db } = atelier.services;
    await eventually("all are made", async () => (await db.image.count({ where: { status: "GENERATED" } })) === 12);
    t.equal(easel.most(), 3);
    t.equal(await db.generationAttempt.count(), 12, "each was asked for once");
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
});

t.test("of many who claim at once in two processes, as many get a picture as there are places", async (t) => {
  const { providers } = openEasel(3);
  const atelier = await openAtelier(t, { providers });
  const { services: other } = await atelier.neighbour();
  const ada = await atelier.signUp("Ada");
  const { images } = await ada.mutate(operations.generate, { prompt: "a boat", count: 10 });
  const ids: string[] = images.map(({ id }: { id: string }) => rowIdOf(id));
  const claims = await Promise.all(ids.flatMap((id) => [claimImage(atelier.services, id), claimImage(other, id)]));
  const taken = claims.flatMap((claim) => claim?.id ?? []);
  t.equal(taken.length, 3);
  t.equal(new Set(taken).size, 3);
});

t.test("who ends wakes the free places, also when several end at once and every other wake-up is gone", async (t) => {
  const { providers } = openEasel(3);
  const atelier = await openAtelier(t, { providers });
  const { services } = atelier;
  const ada = await atelier.signUp("Ada");
  const { images } = await ada.mutate(operations.generate, { prompt: "a boat", count: 10 });
  const nudge = rowIdOf(images[0].id);
  const claims = [
    await claimImage(services, nudge),
    await claimImage(services, nudge),
    await claimImage(services, nudge),
  ];
  t.equal(await claimImage(services, nudge), null, "all places are taken");
  await services.db.$executeRaw`delete from graphile_worker._private_jobs`;
  const failed = { kind: "FAILED", failure: "auth", message: "No.", cost: { kind: "NONE" } } as const;
  await Promise.all(claims.flatMap((claim) => (claim === null ? [] : [settleImage(services, claim, failed)])));
  t.equal((await queuedJobs(atelier)).length, 3);
  t.equal(await sweepImages(services), 0, "nothing is left for the sweep");
});

t.test("a dead worker's places are free when its leases have run out, and its pictures come first", async (t) => {
  const { providers } = openEasel(2);
  const atelier = await openAtelier(t, { providers });
  const { services } = atelier;
  const ada = await atelier.signUp("Ada");
  const { images } = await ada.mutate(operations.generate, { prompt: "a boat", count: 4 });
  const nudge = rowIdOf(images[3].id);
  const dead = [await claimImage(services, nudge), await claimImage(services, nudge)];
  await services.db.$executeRaw`delete from graphile_worker._private_jobs`;
  atelier.clock.advance(leaseDuration);
  t.equal(await claimImage(services, nudge), null, "to the last millisecond");
  t.equal(await sweepImages(services), 0);
  atelier.clock.advance(1);
  t.equal(await sweepImages(services), 2);
  const next = [await claimImage(services, nudge), await claimImage(services, nudge)];
  t.same(next.map((claim) => claim?.id).toSorted(), dead.map((claim) => claim?.id).toSorted());
  t.same(
    next.map((claim) => claim?.fence),
    [2, 2],
  );
  t.equal(await claimImage(services, nudge), null);
});

t.test("what a dead worker left and nobody may go on with does not keep its place", async (t) => {
  const providers = standInProvider(undefined, { price: 0.04, concurrency: 1 });
  const atelier = await openAtelier(t, { providers });
  const { services } = atelier;
  const ada = await atelier.signUp("Ada");
  const { images } = await ada.mutate(operations.generate, { prompt: "a boat", count: 2 });
  const lost = await claimImage(services, rowIdOf(images[0].id));
  atelier.clock.advance(leaseDuration + 1);
  const next = await claimImage(services, rowIdOf(images[0].id));
  t.not(next?.id, lost?.id);
  t.equal(next?.fence, 1, "the same wake-up ends the one and takes the other");
  const { status } = await services.db.image.findUniqueOrThrow({ where: { id: lost?.id ?? "" } });
  t.equal(status, "FAILED");
});

t.test("a picture of a provider that is gone fails in words, though nobody has places there", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  await ada.mutate(operations.generate, { prompt: "a boat" });
  await atelier.services.db.image.updateMany({ data: { provider: "gone" } });
  await atelier.drain();
  const { data } = await ada.request("{ images { nodes { status failure { message } } } }");
  t.match(data.images.nodes, [{ status: "FAILED", failure: { message: /"gone" is no longer configured/ } }]);
});
