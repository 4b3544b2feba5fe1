import t from "tap";
import type { ImageProvider } from "../../src/image-providers/provider.ts";
import { type Atelier, openAtelier, personalWorkspace } from "../support/atelier.ts";
import { picture, standInProvider } from "../support/stand-ins.ts";
import { operations, rowIdOf } from "../support/studio.ts";

const cancel = `mutation ($input: CancelGenerationInput!) { cancelGeneration(input: $input) { __typename
  ... on Error { code message } ... on CancelGenerationSuccess {
    results { imageId outcome message }
    images { id status failure { class message } cost { costs { amount } unknownCount } } } } }`;

/** An Atelier whose provider has begun one picture and waits to be told. */
async function openBusy(t: Parameters<typeof openAtelier>[0], more: Pick<ImageProvider, "resume" | "cancel"> = {}) {
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const providers = standInProvider(async ({ signal, onRemoteId }) => {
    if (more.resume !== undefined) await onRemoteId("job-1");
    begin();
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return { ok: false, failure: "cancelled", message: "Stopped.", cost: { kind: "UNKNOWN" } };
  }, more);
  const atelier = await openAtelier(t, { providers });
  const ada = await atelier.signUp("Ada");
  const { images } = await ada.mutate(operations.generate, { prompt: "a boat" });
  const working = atelier.drain();
  await begun;
  return { atelier, ada, id: images[0].id, working };
}

const attemptsOf = ({ services }: Atelier) => services.db.generationAttempt.findMany({ orderBy: { number: "asc" } });

t.test("what waits is cancelled at once, what is over says so, each by itself", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  const done = await ada.mutate(operations.generate, { prompt: "a boat" });
  await atelier.drain();
  const waiting = await ada.mutate(operations.generate, { prompt: "a boat", count: 2 });
  const imageIds = [waiting.images[0].id, done.images[0].id];
  const answer = await ada.mutate(cancel, { imageIds });
  t.match(answer.results, [
    { imageId: imageIds[0], outcome: "CANCELLED", message: null },
    { imageId: imageIds[1], outcome: "CONFLICT", message: /GENERATED already/ },
  ]);
  t.match(answer.images, [{ id: imageIds[0], status: "CANCELLED", failure: null }, { status: "GENERATED" }]);
  await atelier.drain();
  t.match((await ada.mutate(cancel, { imageIds: [imageIds[0]] })).results, [
    { outcome: "CONFLICT", message: /CANCELLED/ },
  ]);
  t.equal((await attemptsOf(atelier)).length, 2, "no provider was asked for the cancelled one");
});

t.test("what is being made is stopped within moments, and may cost", async (t) => {
  const { atelier, ada, id, working } = await openBusy(t);
  t.match((await ada.mutate(cancel, { imageIds: [id] })).results, [{ outcome: "STOPPING" }]);
  const asked = performance.now();
  await working;
  t.ok(performance.now() - asked < 4_000);
  const [image] = (await ada.mutate(cancel, { imageIds: [id] })).images;
  t.match(image, { status: "CANCELLED", failure: { class: "CANCELLED", message: /may be charged/ } });
  t.match(image.cost, { costs: [{ amount: 0.04 }], unknownCount: 0 });
  t.match(await attemptsOf(atelier), [{ outcome: "CANCELLED", costState: "UNKNOWN" }]);
});

t.test("a remote job is stopped at the API; where it cannot be, that is told", async (t) => {
  for (const stopped of [true, false]) {
    const told: string[] = [];
    const busy = await openBusy(t, {
      resume: () => Promise.resolve(picture),
      cancel: (remoteId) => {
        told.push(remoteId);
        return Promise.resolve(stopped);
      },
    });
    await busy.ada.mutate(cancel, { imageIds: [busy.id] });
    await busy.working;
    t.same(told, ["job-1"]);
    const [image] = (await busy.ada.mutate(cancel, { imageIds: [busy.id] })).images;
    t.match(image, {
      status: "CANCELLED",
      failure: { message: stopped ? /Easel stopped/ : /could not be stopped/ },
    });
  }
});

t.test("a remote job that a stopping worker gave back is stopped by the next one", async (t) => {
  const told: string[] = [];
  const providers = standInProvider(undefined, {
    resume: () => Promise.resolve(picture),
    cancel: (remoteId) => Promise.resolve(told.push(remoteId) > 0),
  });
  const atelier = await openAtelier(t, { providers });
  const ada = await atelier.signUp("Ada");
  const { images } = await ada.mutate(operations.generate, { prompt: "a boat" });
  const names = { provider: "easel", model: "easel-1", remoteId: "job-7", outcome: "CANCELLED" } as const;
  const imageId = rowIdOf(images[0].id);
  const workspaceId = rowIdOf(await personalWorkspace(ada));
  const startedAt = atelier.clock.now();
  await atelier.services.db.image.update({ where: { id: imageId }, data: { fence: 1 } });
  await atelier.services.db.generationAttempt.create({
    data: { imageId, workspaceId, number: 1, startedAt, ...names },
  });
  t.match((await ada.mutate(cancel, { imageIds: [images[0].id] })).results, [{ outcome: "STOPPING" }]);
  await atelier.drain();
  t.same(told, ["job-7"]);
  t.match(await attemptsOf(atelier), [
    { number: 1, costState: "NONE" },
    { number: 2, outcome: "CANCELLED", costState: "UNKNOWN", remoteId: "job-7" },
  ]);
});

t.test("nothing is cancelled for strangers, nor for too many", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  const mine = await ada.mutate(operations.generate, { prompt: "a boat" });
  const his = await bob.mutate(operations.generate, { prompt: "a boat" });
  const imageIds = [mine.images[0].id, his.images[0].id];
  t.match(await ada.mutate(cancel, { imageIds }), { code: "NOT_FOUND" });
  t.match(await ada.mutate(cancel, { imageIds: [] }), { code: "VALIDATION_FAILED" });
  t.equal(await atelier.services.db.image.count({ where: { status: "PENDING" } }), 2);
});
