import t from "tap";
import { z } from "zod";
import type { Api } from "../../scripts/demo-api.ts";
import { crash, openProcesses, said } from "../support/processes.ts";

const registered = z.object({ register: z.object({ accessToken: z.string() }) });
const asked = z.object({ generateImages: z.object({ images: z.array(z.object({ id: z.string() })) }) });
const event = z.object({ imageChanged: z.object({ image: z.object({ id: z.string(), status: z.string() }) }) });

async function askForImage(api: Api, side = 512): Promise<string> {
  const register = `mutation ($input: RegisterInput!) { register(input: $input) { ... on RegisterSuccess { accessToken } } }`;
  const input = { email: "ada@example.org", password: "correct horse battery", displayName: "Ada" };
  api.signIn(registered.parse(await api.request(register, { input })).register.accessToken);
  const generate = `mutation { generateImages(input: { prompt: "a red fox in a snowy forest", width: ${side}, height: ${side} }) { ... on GenerateImagesSuccess { images { id } } } }`;
  const [image] = asked.parse(await api.request(generate)).generateImages.images;
  if (image === undefined) throw new Error("No picture was asked for.");
  return image.id;
}

/** Every status that the picture's subscription tells, up to one of the wanted ones. */
async function statusesUntil(api: Api, imageId: string, ...wanted: string[]): Promise<string[]> {
  const statuses: string[] = [];
  const watch = `subscription ($ids: [ID!]!) { imageChanged(filter: { imageIds: $ids }) { image { id status } } }`;
  for await (const value of api.subscribe(watch, { ids: [imageId] })) {
    const { status } = event.parse(value).imageChanged.image;
    if (statuses.at(-1) !== status) statuses.push(status);
    if (wanted.includes(status)) break;
  }
  return statuses;
}

for (const point of ["image:claimed", "image:provider-answered", "image:ingested"]) {
  t.test(`a worker killed at ${point} costs time, not the picture`, async (t) => {
    const { api, startWorker, rows } = await openProcesses(t);
    const doomed = await startWorker({ CRASH_POINT: point });
    const held = said(doomed, `held at crash point ${point}`);
    const imageId = await askForImage(api);
    await held;
    await crash(doomed);
    t.same(
      await rows("select status, fence from image"),
      [{ status: "GENERATING", fence: 1 }],
      "it died in the middle",
    );

    const killedAt = performance.now();
    await startWorker();
    t.same(await statusesUntil(api, imageId, "GENERATED"), ["GENERATING", "GENERATED"]);
    t.ok(performance.now() - killedAt < 20_000, "within 20 s");
    t.same(await rows("select number, outcome from generation_attempt order by number"), [
      { number: 1, outcome: "LOST" },
      { number: 2, outcome: "SUCCEEDED" },
    ]);
  });
}

t.test("a worker that is stopped in the middle gives the picture back and leaves no job locked", async (t) => {
  const { api, startWorker, rows } = await openProcesses(t);
  const stopped = await startWorker();
  const imageId = await askForImage(api, 2_048);
  await statusesUntil(api, imageId, "GENERATING", "GENERATED");
  t.equal(await stopped.stop(), 0, "it stops in order");
  t.same(await rows("select id from graphile_worker._private_jobs where locked_at is not null"), []);
  const [image] = await rows("select status from image");
  t.ok(image?.["status"] === "PENDING" || image?.["status"] === "GENERATED", "given back, or finished in time");

  await startWorker();
  await statusesUntil(api, imageId, "GENERATED");
  t.same(await rows("select count(*)::int as files from generation_attempt where outcome = 'SUCCEEDED'"), [
    { files: 1 },
  ]);
});
