import t from "tap";
import type { FailureClass } from "../../../src/image-providers/failure-class.ts";
import type { GenerationOutcome } from "../../../src/image-providers/provider.ts";
import { claimImage } from "../../../src/images/claim-image.ts";
import { firstRest } from "../../../src/images/queue/circuit.ts";
import { sweepImages } from "../../../src/images/sweep-images.ts";
import { openAtelier } from "../../support/atelier.ts";
import { picture, standInProvider } from "../../support/stand-ins.ts";
import { operations, personalWorkspace, rowIdOf } from "../../support/studio.ts";

const failing = (failure: FailureClass): GenerationOutcome => ({
  ...{ ok: false, failure, message: `The easel says ${failure}.`, cost: { kind: "NONE" } },
});

const shown = `{ images(first: 100) { nodes { id status provider waitingReason failure { class message } } }
  imageProviders { name availability { status message until } } }`;

/** A provider that answers what the test says, and a second one that works, in nobody's list yet. */
async function openTroubled(t: Parameters<typeof openAtelier>[0], failure: FailureClass = "timeout") {
  const state = { answer: failing(failure), calls: 0 };
  const easel = standInProvider(
    () => {
      state.calls += 1;
      return Promise.resolve(state.answer);
    },
    { concurrency: 4 },
  );
  const atelier = await openAtelier(t, {
    providers: new Map([...easel, ...standInProvider(undefined, { name: "brush" })]),
  });
  const ada = await atelier.signUp("Ada");
  const ask = async (count: number): Promise<string[]> => {
    const { images } = await ada.mutate(operations.generate, { prompt: "a boat", count });
    return images.map(({ id }: { id: string }) => rowIdOf(id));
  };
  const look = async () => (await ada.request(shown)).data;
  const statuses = async () => {
    const counted: Record<string, number> = {};
    for (const { status } of (await look()).images.nodes) counted[status] = (counted[status] ?? 0) + 1;
    return counted;
  };
  const workspace = { id: rowIdOf(await personalWorkspace(ada)) };
  const listFallback = () =>
    atelier.services.db.workspace.update({ where: workspace, data: { fallbackProviders: ["brush"] } });
  return { atelier, services: atelier.services, clock: atelier.clock, state, ask, look, statuses, listFallback };
}

t.test("a provider that fails five times in a row is left alone: what waits waits, and is told why", async (t) => {
  const { atelier, state, ask, look, statuses } = await openTroubled(t);
  t.match((await look()).imageProviders[0], {
    availability: { status: "AVAILABLE", message: "Easel makes pictures.", until: null },
  });
  for (let round = 0; round < 5; round += 1) {
    await ask(1);
    await atelier.drain();
  }
  await ask(4);
  await atelier.drain();
  await sweepImages(atelier.services);
  await atelier.drain();
  t.equal(state.calls, 5, "nobody asks it");
  t.same(await statuses(), { FAILED: 5, PENDING: 4 });
  const { images, imageProviders } = await look();
  t.match(images.nodes[0], { failure: null, waitingReason: /^Easel failed 5 times in a row and is left alone until/ });
  t.match(imageProviders, [
    { name: "easel", availability: { status: "RESTING", until: /^20/ } },
    { name: "brush", availability: { status: "AVAILABLE" } },
  ]);
  t.equal(await atelier.services.db.generationAttempt.count(), 5, "no attempt is burnt");
});

t.test("refused prompts and bad requests never count against it", async (t) => {
  for (const failure of ["content_policy", "invalid_request", "auth"] as const) {
    const { atelier, state, ask } = await openTroubled(t, failure);
    await ask(10);
    await atelier.drain();
    t.equal(state.calls, 10, failure);
  }
});

t.test("after its rest one picture tries it, over all processes; an answer opens the way for all", async (t) => {
  const { atelier, services, clock, state, ask, look, statuses } = await openTroubled(t);
  const { services: other } = await atelier.neighbour();
  for (let round = 0; round < 5; round += 1) {
    await ask(1);
    await atelier.drain();
  }
  const ids = await ask(6);
  await atelier.drain();
  clock.advance(firstRest - 1);
  t.equal(await claimImage(services, ids[0] ?? ""), null, "to the last millisecond");
  clock.advance(1);
  const claims = await Promise.all(ids.flatMap((id) => [claimImage(services, id), claimImage(other, id)]));
  t.equal(claims.filter((claim) => claim !== null).length, 1);
  t.match((await look()).imageProviders[0], { availability: { status: "TRYING", message: /One picture tries/ } });
  t.equal(await sweepImages(services), 0, "the others wait for it");
  // The process that tried it dies: somebody else tries, and is answered.
  clock.advance(10_000);
  state.answer = picture;
  t.equal(await sweepImages(services), 1);
  await atelier.drain();
  // The one that died may have been charged: it is not asked for again.
  t.same(await statuses(), { FAILED: 6, GENERATED: 5 });
  t.match((await look()).imageProviders[0], { availability: { status: "AVAILABLE" } });
});

t.test("a try that fails makes the rest longer", async (t) => {
  const { atelier, services, clock, state, ask } = await openTroubled(t);
  for (let round = 0; round < 5; round += 1) {
    await ask(1);
    await atelier.drain();
  }
  await ask(2);
  await atelier.drain();
  clock.advance(firstRest);
  await sweepImages(services);
  await atelier.drain();
  t.equal(state.calls, 6);
  clock.advance(2 * firstRest - 1);
  await sweepImages(services);
  await atelier.drain();
  t.equal(state.calls, 6);
  clock.advance(1);
  await sweepImages(services);
  await atelier.drain();
  t.equal(state.calls, 7);
});

t.test("what waits for it is made by another one of the workspace's list, and costs no attempt", async (t) => {
  const { atelier, services, clock, state, ask, look, listFallback } = await openTroubled(t);
  for (let round = 0; round < 5; round += 1) {
    await ask(1);
    await atelier.drain();
  }
  await ask(2);
  await atelier.drain();
  await listFallback();
  clock.advance(firstRest / 2);
  await sweepImages(services);
  await ask(1);
  const [moved] = (await look()).images.nodes;
  t.match(moved, { status: "PENDING", provider: "easel" });
  await atelier.drain();
  const { images } = await look();
  for (const image of images.nodes.slice(0, 3))
    t.match(image, { status: "GENERATED", provider: "brush", failure: null });
  t.equal(state.calls, 5);
  t.equal(await services.db.generationAttempt.count({ where: { provider: "easel" } }), 5);
});

t.test("what no other one can make waits, and is not looked at again and again", async (t) => {
  const { atelier, services, clock, state, ask, statuses, listFallback } = await openTroubled(t);
  await listFallback();
  for (let round = 0; round < 5; round += 1) {
    await ask(1);
    await atelier.drain();
  }
  const [id = ""] = await ask(1);
  // Somebody chose a model that only this provider has.
  await services.db.image.update({ where: { id }, data: { model: "easel-1-large" } });
  await atelier.drain();
  t.same(await statuses(), { GENERATED: 5, PENDING: 1 }, "the five that failed were made by the other one");
  clock.advance(firstRest - 1);
  t.equal(await sweepImages(services), 0);
  clock.advance(1);
  state.answer = picture;
  t.equal(await sweepImages(services), 1);
  await atelier.drain();
  t.same(await statuses(), { GENERATED: 6 });
});
