import t from "tap";
import { claimImage } from "../../src/images/claim-image.ts";
import { settleImage } from "../../src/images/settle-image.ts";
import { leaseDuration } from "../../src/infra/lease.ts";
import { type Atelier, openAtelier } from "../support/atelier.ts";
import { standInProvider } from "../support/stand-ins.ts";
import { fingerprint, operations, queuedJobs, rowIdOf } from "../support/studio.ts";

const failure = { kind: "FAILED", failure: "timeout", message: "Too late.", cost: { kind: "NONE" } } as const;

const interrupted = { kind: "INTERRUPTED", cost: { kind: "NONE" } } as const;

async function open(t: Parameters<typeof openAtelier>[0]) {
  const atelier = await openAtelier(t, { providers: standInProvider(undefined, { price: 0 }) });
  const ada = await atelier.signUp("Ada");
  const { images } = await ada.mutate(operations.generate, { prompt: "a boat" });
  return { atelier, ada, id: rowIdOf(images[0].id) };
}

const attemptsOf = async ({ services }: Atelier) =>
  (await services.db.generationAttempt.findMany({ orderBy: { number: "asc" } })).map(({ outcome }) => outcome);

t.test("of ten who claim at once, one gets the picture", async (t) => {
  const { atelier, id } = await open(t);
  const claims = await Promise.all(Array.from({ length: 10 }, () => claimImage(atelier.services, id)));
  t.equal(claims.filter((claim) => claim !== null).length, 1);
  t.same(await attemptsOf(atelier), ["RUNNING"]);
});

t.test("a live lease keeps others out; a dead one lets them in under the next fence", async (t) => {
  const { atelier, id } = await open(t);
  const first = await claimImage(atelier.services, id);
  atelier.clock.advance(leaseDuration);
  t.equal(await claimImage(atelier.services, id), null, "to the last millisecond");
  atelier.clock.advance(1);
  const second = await claimImage(atelier.services, id);
  t.same([first?.fence, second?.fence], [1, 2]);
  t.same(await attemptsOf(atelier), ["LOST", "RUNNING"]);
});

t.test("who lost the claim settles nothing", async (t) => {
  const { atelier, id } = await open(t);
  const first = await claimImage(atelier.services, id);
  atelier.clock.advance(leaseDuration + 1);
  const second = await claimImage(atelier.services, id);
  if (first === null || second === null) throw new Error("not claimed");
  const before = await fingerprint(atelier);
  t.equal(await settleImage(atelier.services, first, failure), false);
  t.equal(await settleImage(atelier.services, first, interrupted), false);
  t.same(await fingerprint(atelier), before);
  t.equal(await settleImage(atelier.services, second, failure), true);
  t.equal(await settleImage(atelier.services, second, failure), false, "nor does anybody settle twice");
});

t.test("an interrupted picture goes back with its wake-up, and does not count as a crash", async (t) => {
  const { atelier, ada, id } = await open(t);
  await atelier.services.db.$executeRaw`delete from graphile_worker._private_jobs`;
  for (let round = 0; round < 5; round += 1) {
    const claim = await claimImage(atelier.services, id);
    if (claim === null) throw new Error("not claimed");
    await settleImage(atelier.services, claim, interrupted);
    t.match(await queuedJobs(atelier), [{ task: "generate-image", key: `generate-image:${id}` }]);
  }
  await atelier.drain();
  const { data } = await ada.request("{ images { nodes { status } } }");
  t.equal(data.images.nodes[0].status, "GENERATED");
});

t.test("three crashes end in words", async (t) => {
  const { atelier, ada, id } = await open(t);
  for (let crash = 0; crash < 3; crash += 1) {
    t.not(await claimImage(atelier.services, id), null);
    atelier.clock.advance(leaseDuration + 1);
  }
  t.equal(await claimImage(atelier.services, id), null);
  const { data } = await ada.request("{ images { nodes { status failure { class message } } } }");
  t.match(data.images.nodes[0], { status: "FAILED", failure: { class: "PROVIDER_ERROR", message: /started 3 times/ } });
  t.same(await attemptsOf(atelier), ["LOST", "LOST", "LOST"]);
  t.equal(await claimImage(atelier.services, id), null, "and it stays so");
});
