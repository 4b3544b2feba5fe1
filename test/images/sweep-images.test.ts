import t from "tap";
import { claimImage } from "../../src/images/claim-image.ts";
import { sweepImages } from "../../src/images/sweep-images.ts";
import { leaseDuration } from "../../src/infra/lease.ts";
import { openAtelier } from "../support/atelier.ts";
import { standInProvider } from "../support/stand-ins.ts";
import { operations, queuedJobs, rowIdOf } from "../support/studio.ts";

async function open(t: Parameters<typeof openAtelier>[0]) {
  const atelier = await openAtelier(t, { providers: standInProvider(undefined, { price: 0 }) });
  const ada = await atelier.signUp("Ada");
  const { images } = await ada.mutate(operations.generate, { prompt: "a boat", count: 2 });
  const ids = images.map(({ id }: { id: string }) => rowIdOf(id));
  const status = async () => (await atelier.services.db.image.findMany()).map((image) => image.status).sort();
  const forgetJobs = () => atelier.services.db.$executeRaw`delete from graphile_worker._private_jobs`;
  return { atelier, ids, status, forgetJobs };
}

t.test("a picture whose job is lost is woken after a minute, and made", async (t) => {
  const { atelier, status, forgetJobs } = await open(t);
  await forgetJobs();
  t.equal(await sweepImages(atelier.services), 0, "its first job may still be on its way");
  atelier.clock.advance(120_000);
  t.equal(await sweepImages(atelier.services), 2);
  await atelier.drain();
  t.same(await status(), ["GENERATED", "GENERATED"]);
  t.equal(await sweepImages(atelier.services), 0);
});

t.test("a picture in a long queue keeps its place", async (t) => {
  const { atelier } = await open(t);
  const before = await queuedJobs(atelier);
  atelier.clock.advance(3_600_000);
  t.equal(await sweepImages(atelier.services), 0);
  t.same(await queuedJobs(atelier), before);
});

t.test("a dead process's picture is woken when its lease is over, though its job is locked for hours", async (t) => {
  const { atelier, ids, status } = await open(t);
  await claimImage(atelier.services, ids[0]);
  await atelier.services.db.$executeRaw`
    update graphile_worker._private_jobs set locked_at = now(), locked_by = 'dead', attempts = 1`;
  t.equal(await sweepImages(atelier.services), 0, "its lease is alive");
  atelier.clock.advance(leaseDuration + 1);
  t.equal(await sweepImages(atelier.services), 1);
  atelier.clock.advance(60_000);
  t.equal(await sweepImages(atelier.services), 1, "the other one was taken from the queue, and never begun");
  t.equal(await sweepImages(atelier.services), 0, "both have their wake-up now");
  await atelier.drain();
  t.same(await status(), ["GENERATED", "GENERATED"]);
});

t.test("a job that used up its tries does not hide its picture", async (t) => {
  const { atelier, status } = await open(t);
  await atelier.services.db.$executeRaw`update graphile_worker._private_jobs set attempts = max_attempts`;
  atelier.clock.advance(120_000);
  t.equal(await sweepImages(atelier.services), 2);
  await atelier.drain();
  t.same(await status(), ["GENERATED", "GENERATED"]);
});
