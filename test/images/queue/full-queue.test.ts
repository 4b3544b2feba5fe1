import t from "tap";
import { openAtelier } from "../../support/atelier.ts";
import { standInProvider } from "../../support/stand-ins.ts";
import { personalWorkspace, rowIdOf } from "../../support/studio.ts";

const generate = `mutation ($input: GenerateImagesInput!) { generateImages(input: $input) { __typename
  ... on Error { code message } ... on ImageQueueFullError { waitingCount mostWaiting } ... on GenerateImagesSuccess { images { id } } } }`;
const regenerate = `mutation ($input: RegenerateImageInput!) { regenerateImage(input: $input) { __typename
  ... on Error { code message } ... on ImageQueueFullError { waitingCount mostWaiting } ... on RegenerateImageSuccess { image { id } } } }`;

const open = async (t: Parameters<typeof openAtelier>[0]) => {
  const atelier = await openAtelier(t, { providers: standInProvider(), environment: { MAX_WAITING_IMAGES: "25" } });
  return { atelier, ada: await atelier.signUp("Ada"), bob: await atelier.signUp("Bob") };
};

t.test("a workspace may have so many pictures waiting; the rest is refused in words", async (t) => {
  const { atelier, ada, bob } = await open(t);
  const [first] = (await ada.mutate(generate, { prompt: "a boat", count: 10 })).images;
  await ada.mutate(generate, { prompt: "a boat", count: 10 });
  const refused = await ada.mutate(generate, { prompt: "a boat", count: 6 });
  t.match(refused, {
    ...{ __typename: "ImageQueueFullError", code: "IMAGE_QUEUE_FULL", waitingCount: 20, mostWaiting: 25 },
    message:
      "20 pictures of this workspace wait to be made already; with 6 more there would be more than the 25 that may. Wait until some are made, or cancel some with `cancelGeneration`.",
  });
  t.match(await ada.mutate(generate, { prompt: "a boat", count: 5 }), { __typename: "GenerateImagesSuccess" });
  t.match(await ada.mutate(regenerate, { imageId: first.id }), { __typename: "ImageQueueFullError", waitingCount: 25 });
  t.match(
    await bob.mutate(generate, { prompt: "a boat" }),
    { __typename: "GenerateImagesSuccess" },
    "others may go on",
  );
  await atelier.drain();
  t.match(await ada.mutate(regenerate, { imageId: first.id }), { __typename: "RegenerateImageSuccess" }, "as may she");
  const { data } = await ada.request("{ serverInfo { limits { waitingImages } } }");
  t.equal(data.serverInfo.limits.waitingImages, 25);
});

t.test("a request that is repeated by its key is answered, however full the queue is by then", async (t) => {
  const { ada } = await open(t);
  const input = { prompt: "a boat", count: 10, idempotencyKey: "three boats and more" };
  const { images } = await ada.mutate(generate, input);
  await ada.mutate(generate, { prompt: "a boat", count: 10 });
  t.same((await ada.mutate(generate, input)).images, images);
});

t.test("uploads do not count", async (t) => {
  const { atelier, ada } = await open(t);
  const upload = { origin: "UPLOADED", prompt: "", promptSent: "", progressKind: "MEASURED" } as const;
  const row = { ...upload, workspaceId: rowIdOf(await personalWorkspace(ada)), batchId: crypto.randomUUID() };
  await atelier.services.db.image.createMany({ data: Array.from({ length: 30 }, () => row) });
  t.match(await ada.mutate(generate, { prompt: "a boat" }), { __typename: "GenerateImagesSuccess" });
});

t.test("of many who ask at once at two servers, no more get in than may", async (t) => {
  const { atelier, ada } = await open(t);
  const { app } = await atelier.neighbour();
  const headers = { authorization: `Bearer ${ada.token}` };
  const payload = { query: generate, variables: { input: { prompt: "a boat", count: 4 } } };
  const answers = await Promise.all(
    Array.from({ length: 12 }, async (_, index) => {
      const server = index % 2 === 0 ? atelier.app : app;
      const response = await server.inject({ method: "POST", url: "/graphql", headers, payload });
      return response.json().data.generateImages.__typename;
    }),
  );
  t.equal(answers.filter((name) => name === "GenerateImagesSuccess").length, 6);
  t.equal(answers.filter((name) => name === "ImageQueueFullError").length, 6);
  t.equal(await atelier.services.db.image.count(), 24);
});
