import t from "tap";
import { z } from "zod";
import type { Api } from "../../scripts/demo-api.ts";
import type { ServerProcess } from "../../scripts/server-process.ts";
import { replicateSimulator } from "../simulators/replicate.ts";
import { crash, openProcesses, type Processes, said } from "../support/processes.ts";

const registered = z.object({ register: z.object({ accessToken: z.string() }) });
const made = z.object({ generateImages: z.object({ images: z.array(z.object({ id: z.string() })) }) });
const event = z.object({ imageChanged: z.object({ image: z.object({ id: z.string(), status: z.string() }) }) });

async function signIn(api: Api): Promise<void> {
  const register = `mutation ($input: RegisterInput!) { register(input: $input) { ... on RegisterSuccess { accessToken } } }`;
  const input = { email: "ada@example.org", password: "correct horse battery", displayName: "Ada" };
  api.signIn(registered.parse(await api.request(register, { input })).register.accessToken);
}

async function askForImages(api: Api, input: object): Promise<string[]> {
  const generate = `mutation ($input: GenerateImagesInput!) { generateImages(input: $input) { ... on GenerateImagesSuccess { images { id } } } }`;
  const asked = { prompt: "a red fox in a snowy forest", ...input };
  return made.parse(await api.request(generate, { input: asked })).generateImages.images.map(({ id }) => id);
}

/** Workers that each take one picture and are killed at one of these places, all of them at once. */
async function killAt(
  { api, startWorker }: Pick<Processes, "api" | "startWorker">,
  points: readonly string[],
  input: object,
): Promise<string[]> {
  const doomed: ServerProcess[] = [];
  for (const point of points) doomed.push(await startWorker({ CRASH_POINT: point, WORKER_CONCURRENCY: "1" }));
  const held = doomed.map((worker, index) => said(worker, `held at crash point ${points[index]}`));
  const imageIds = await askForImages(api, { ...input, count: points.length });
  await Promise.all(held);
  await Promise.all(doomed.map(crash));
  return imageIds;
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

t.test("a worker killed on its way costs time, not the picture", async (t) => {
  const processes = await openProcesses(t);
  const { api, startWorker, rows } = processes;
  await signIn(api);
  const imageIds = await killAt(processes, ["image:claimed", "image:ingested"], { width: 256, height: 256 });
  t.same(await rows("select distinct status, fence from image"), [{ status: "GENERATING", fence: 1 }], "in the middle");

  const killedAt = performance.now();
  await startWorker();
  for (const id of imageIds) t.equal((await statusesUntil(api, id, "GENERATED")).at(-1), "GENERATED");
  t.ok(performance.now() - killedAt < 20_000, "within 20 s");
  t.same(await rows("select number, outcome, count(*)::int from generation_attempt group by 1, 2 order by number"), [
    { number: 1, outcome: "LOST", count: 2 },
    { number: 2, outcome: "SUCCEEDED", count: 2 },
  ]);
});

t.test("wherever a worker dies, a picture that costs something is asked for once", async (t) => {
  const replicate = await replicateSimulator(t);
  Object.assign(replicate.behaviour, { bar: [50] });
  const processes = await openProcesses(t, {
    ...{ REPLICATE_API_TOKEN: replicate.token, REPLICATE_URL: replicate.url, REPLICATE_CONCURRENCY: "10" },
    ...{ OUTBOUND_ALLOW_HTTP: "true", OUTBOUND_ALLOWED_NETWORKS: "127.0.0.0/8" },
  });
  const { api, startWorker, rows } = processes;
  await signIn(api);
  const points = ["submitted", "remote-id-stored", "provider-answered", "ingested", "settled"];
  const imageIds = await killAt(
    processes,
    points.map((point) => `image:${point}`),
    { provider: "replicate" },
  );
  t.equal(replicate.predictions.size, points.length);

  await startWorker();
  const ends = await Promise.all(imageIds.map((id) => statusesUntil(api, id, "GENERATED", "FAILED")));
  t.same(ends.map((statuses) => statuses.at(-1)).toSorted(), ["FAILED", ...Array(4).fill("GENERATED")]);
  t.equal(replicate.predictions.size, points.length, "nothing was submitted again");
  t.same(await rows("select failure_class, failure_message from image where status = 'FAILED'"), [
    {
      failure_class: "timeout",
      failure_message:
        "The process that waited for the picture died before the answer was written down. The picture may have been made, and charged, all the same.",
    },
  ]);
  t.same(
    await rows(
      "select number, outcome, cost_state, remote_id is not null as named, count(*)::int from generation_attempt group by 1, 2, 3, 4 order by 1, 2, 3, 4",
    ),
    [
      { number: 1, outcome: "SUCCEEDED", cost_state: "UNKNOWN", named: true, count: 1 },
      { number: 1, outcome: "LOST", cost_state: "NONE", named: true, count: 3 },
      { number: 1, outcome: "LOST", cost_state: "UNKNOWN", named: false, count: 1 },
      { number: 2, outcome: "SUCCEEDED", cost_state: "UNKNOWN", named: true, count: 3 },
    ],
    "each is charged once, and the lost one visibly perhaps",
  );
});

t.test("a worker that is stopped in the middle gives the picture back and leaves no job locked", async (t) => {
  const { api, startWorker, rows } = await openProcesses(t);
  const stopped = await startWorker();
  await signIn(api);
  const [imageId = ""] = await askForImages(api, { width: 2_048, height: 2_048 });
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
