import { readdir } from "node:fs/promises";
import path from "node:path";
import t, { type Test } from "tap";
import { z } from "zod";
import { forgetStagedFiles } from "../../src/images/intake/forget-staged-files.ts";
import { openDb } from "../../src/infra/db.ts";
import { createDiskStorage } from "../../src/infra/disk-storage.ts";
import { createTestClock } from "../support/clock.ts";
import { serve } from "../support/outbound.ts";
import { png } from "../support/picture-desk.ts";
import { crash, openProcesses, type Processes, said } from "../support/processes.ts";
import { form, formType } from "../support/uploads.ts";

const points = ["intake:claimed", "intake:ingested", "intake:settled"] as const;

const registered = z.object({ register: z.object({ accessToken: z.string() }) });
const uploaded = z.object({
  data: z.object({ uploadImages: z.object({ images: z.array(z.object({ id: z.string() })) }) }),
});
const imported = z.object({ importImage: z.object({ image: z.object({ id: z.string() }) }) });
const event = z.object({ imageChanged: z.object({ image: z.object({ id: z.string(), status: z.string() }) }) });

async function signIn({ api }: Processes): Promise<string> {
  const register = `mutation ($input: RegisterInput!) { register(input: $input) { ... on RegisterSuccess { accessToken } } }`;
  const input = { email: "ada@example.org", password: "correct horse battery", displayName: "Ada" };
  const { accessToken } = registered.parse(await api.request(register, { input })).register;
  api.signIn(accessToken);
  return accessToken;
}

async function upload({ url }: Processes, token: string, files: readonly Buffer[]): Promise<string[]> {
  const query = `mutation ($input: UploadImagesInput!) { uploadImages(input: $input) { ... on UploadImagesSuccess { images { id } } } }`;
  const body = form([
    { name: "operations", value: JSON.stringify({ query, variables: { input: { files: files.map(() => null) } } }) },
    {
      name: "map",
      value: JSON.stringify(Object.fromEntries(files.map((_, n) => [`f${n}`, [`variables.input.files.${n}`]]))),
    },
    ...files.map((value, n) => ({ name: `f${n}`, value, filename: `${n}.png`, type: "image/png" })),
  ]);
  const headers = { "content-type": formType, "graphql-require-preflight": "1", authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/graphql`, { method: "POST", headers, body: new Uint8Array(body) });
  return uploaded.parse(await response.json()).data.uploadImages.images.map(({ id }) => id);
}

/** Workers that each take one picture and are killed at one of the points, all of them at once. */
async function killAtEach({ startWorker }: Processes, send: () => Promise<string[]>): Promise<string[]> {
  const doomed = [];
  for (const point of points) doomed.push(await startWorker({ CRASH_POINT: point, WORKER_CONCURRENCY: "1" }));
  const held = doomed.map((worker, index) => said(worker, `held at crash point ${points[index]}`));
  const imageIds = await send();
  await Promise.all(held);
  await Promise.all(doomed.map(crash));
  return imageIds;
}

async function untilTaken({ api }: Processes, imageId: string): Promise<void> {
  const watch = `subscription ($ids: [ID!]!) { imageChanged(filter: { imageIds: $ids }) { image { id status } } }`;
  for await (const value of api.subscribe(watch, { ids: [imageId] })) {
    const { status } = event.parse(value).imageChanged.image;
    if (status === "GENERATED") return;
    if (status === "FAILED") throw new Error("The picture failed.");
  }
}

/** Every file that the storage's folder holds, temporary ones too. */
async function filesOf({ folder }: Processes): Promise<string[]> {
  const media = path.join(folder, "media");
  const entries = await readdir(media, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(media, path.join(entry.parentPath, entry.name)))
    .toSorted();
}

/** Checks that each picture has one row and its three files, and that nothing else is there, once an hour has gone by. */
async function expectWhole(t: Test, processes: Processes, count: number): Promise<void> {
  const { rows, folder, databaseUrl } = processes;
  const images = await rows(
    "select status, sha256, lease_until, phase, progress, generated_at is not null as dated from image",
  );
  t.equal(images.length, count, "one row for each");
  const taken = { status: "GENERATED", lease_until: null, phase: null, progress: 1, dated: true };
  t.match(
    images,
    images.map(() => taken),
  );
  t.equal(new Set(images.map(({ sha256 }) => sha256)).size, count, "each with its own picture");
  const files = await filesOf(processes);
  const staged = files.filter((file) => file.startsWith("staged"));
  t.equal(files.length - staged.length, 3 * count, "the original, the preview and the thumbnail of each");
  for (const { sha256 } of images) t.equal(files.filter((file) => file.includes(String(sha256))).length, 3);
  t.ok(staged.length <= 1, "what was killed between the end of its row and of its file may have left that");

  const clock = createTestClock(new Date(Date.now() + 2 * 60 * 60_000));
  const db = openDb({ url: databaseUrl, poolSize: 1 });
  const storage = await createDiskStorage({ folder: path.join(folder, "media") });
  t.equal(await forgetStagedFiles({ db, storage, clock }), staged.length);
  await db.$disconnect();
  t.equal((await filesOf(processes)).length, 3 * count, "within the hour nothing is left of it");
}

t.test("an upload whose worker is killed is one picture all the same, wherever that was", async (t) => {
  const processes = await openProcesses(t);
  const token = await signIn(processes);
  const files = await Promise.all([40, 48, 56].map((side) => png(side)));
  const imageIds = await killAtEach(processes, () => upload(processes, token, files));
  t.same(
    await processes.rows("select status::text, count(*)::int from image group by 1 order by 1"),
    [
      { status: "GENERATED", count: 1 },
      { status: "GENERATING", count: 2 },
    ],
    "in the middle",
  );
  await processes.startWorker();
  await Promise.all(imageIds.map((id) => untilTaken(processes, id)));
  await expectWhole(t, processes, points.length);
  t.match(await processes.rows("select distinct fence from image order by fence"), [{ fence: 1 }, { fence: 2 }]);
});

t.test("an import whose worker is killed is one picture all the same, fetched at most twice", async (t) => {
  const asked: string[] = [];
  const pictures = new Map<string, Buffer>(
    await Promise.all([40, 48, 56].map(async (side) => [`/${side}.png`, await png(side)] as const)),
  );
  const web = await serve(t, ({ url = "" }, response) => {
    asked.push(url);
    response.writeHead(200, { "content-type": "image/png" }).end(pictures.get(url));
  });
  const reach = { OUTBOUND_ALLOW_HTTP: "true", OUTBOUND_ALLOWED_NETWORKS: "127.0.0.0/8" };
  const processes = await openProcesses(t, reach);
  await signIn(processes);
  const bring = `mutation ($input: ImportImageInput!) { importImage(input: $input) { ... on ImportImageSuccess { image { id } } } }`;
  const imageIds = await killAtEach(processes, async () => {
    const ids: string[] = [];
    for (const name of pictures.keys()) {
      const answer = await processes.api.request(bring, { input: { url: `${web}${name}` } });
      ids.push(imported.parse(answer).importImage.image.id);
    }
    return ids;
  });
  await processes.startWorker();
  await Promise.all(imageIds.map((id) => untilTaken(processes, id)));
  await expectWhole(t, processes, points.length);
  t.equal(asked.length, 4, "each once, and once more the one that was fetched, and not yet written down");
});
