import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import t, { type Test } from "tap";
import { ConfigError } from "../src/config.ts";
import { checkStorage } from "../src/images/check-storage.ts";
import { isLost } from "../src/images/mark-lost-images.ts";
import { sharp } from "../src/infra/sharp.ts";
import { runStorageCheck, storageCheckFlags } from "../src/storage-check.ts";
import { type S3Simulator, startS3 } from "./simulators/s3.ts";
import type { Atelier } from "./support/atelier.ts";
import { keyOf, openWithPictures, put } from "./support/stored-pictures.ts";

const day = 86_400_000;
const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

interface Report {
  readonly totals: Record<string, number>;
  readonly findings: {
    kind: string;
    key: string;
    variant: string;
    imageIds: string[];
    repair: { action: string } | null;
  }[];
}

async function check({ services }: Atelier, ...flags: string[]): Promise<{ code: number; report: Report }> {
  const lines: string[] = [];
  const code = await runStorageCheck(services, storageCheckFlags(["--json", ...flags]), (text) => lines.push(text));
  return { code, report: JSON.parse(lines.join("")) };
}

const brief = ({ findings }: Report) =>
  findings.map(({ kind, variant, repair }) => [kind, variant, ...(repair ? [repair.action] : [])].join(" ")).sort();

async function s3Environment(t: Test): Promise<Record<string, string> & { server?: S3Simulator }> {
  const server = await startS3(t, { pageSize: 2 });
  return {
    ...{ S3_BUCKET: server.bucket, S3_ENDPOINT: server.endpoint, S3_REGION: server.region },
    ...{ S3_ACCESS_KEY_ID: server.accessKeyId, S3_SECRET_ACCESS_KEY: server.secretAccessKey },
  };
}

for (const [name, environment] of Object.entries({ disk: async () => ({}), s3: s3Environment })) {
  t.test(`${name}: every fault is found, and repaired as far as that can be`, async (t) => {
    const { atelier, images } = await openWithPictures(t, await environment(t));
    const { storage } = atelier.services;
    const [, { sha256: derived }, { sha256: lost }] = images;
    t.match(await check(atelier), { code: 0, report: { findings: [], totals: { images: 3, files: 9, young: 0 } } });

    await storage.delete(keyOf(derived, "thumb"));
    await put(atelier, keyOf(derived, "preview"), "RIFFxxxxWEBP but cut short");
    await put(atelier, keyOf(lost, "original"), "not what it was");
    await storage.delete(keyOf(lost, "preview"));
    const stray = "0".repeat(64);
    await put(atelier, keyOf(stray, "original"), "nobody's");
    t.equal((await check(atelier)).report.totals["young"], 1, "an upload may be on its way");

    atelier.clock.advance(2 * day);
    const found = await check(atelier);
    t.equal(found.code, 1);
    t.strictSame(brief(found.report), [
      ...["DAMAGED original", "DAMAGED preview", "MISSING preview", "MISSING thumb", "ORPHANED original"],
    ]);
    t.strictSame(brief((await check(atelier)).report), brief(found.report), "looking changes nothing");

    const repaired = await check(atelier, "--repair");
    t.strictSame(brief(repaired.report), [
      "DAMAGED original MARKED_LOST",
      "DAMAGED preview RENDERED",
      "MISSING preview LEFT",
      "MISSING thumb RENDERED",
      "ORPHANED original DELETED",
    ]);
    t.equal(repaired.code, 1, "a preview cannot be made from a lost original");
    t.equal(await storage.stat(keyOf(stray, "original")), null);
    for (const variant of ["preview", "thumb"] as const) {
      const there = await storage.open(keyOf(derived, variant));
      const file = sharp(Buffer.concat((await there?.stream.toArray()) ?? []));
      const { format, xmp } = await file.metadata();
      t.equal(format, "webp");
      t.match(xmp?.toString(), "trainedAlgorithmicMedia");
    }
    t.match(await check(atelier), { code: 0, report: { findings: [], totals: { lost: 1 } } });
  });
}

t.test("a lost picture is told to who asks, and forgotten when a backup brings it back", async (t) => {
  const { atelier, ada, images } = await openWithPictures(t);
  const { storage, db } = atelier.services;
  const [image] = images;
  const key = keyOf(image.sha256, "original");
  const backup = Buffer.concat((await (await storage.open(key))?.stream.toArray()) ?? []);
  await storage.delete(key);
  t.strictSame(brief((await check(atelier, "--repair")).report), ["MISSING original MARKED_LOST"]);

  const ask = async () => {
    const query = `query ($id: ID!) { node(id: $id) { ... on Image {
      status sha256 failure { class message } original: url thumb: url(variant: THUMB) downloadUrl } } }`;
    return (await ada.request(query, { id: image.globalId })).data.node;
  };
  t.match(await ask(), {
    ...{ status: "GENERATED", sha256: image.sha256, original: null, downloadUrl: null, thumb: /\/thumb\?/ },
    failure: { class: "STORAGE_ERROR", message: /gone from the storage.*backup/ },
  });
  const events = await db.event.findMany({ where: { entityId: image.id }, orderBy: { id: "desc" }, take: 1 });
  t.match(events, [{ kind: "UPDATED" }], "who watches is told");

  await put(atelier, key, backup);
  t.strictSame(brief((await check(atelier)).report), ["RECOVERED original"]);
  t.strictSame(brief((await check(atelier, "--repair")).report), ["RECOVERED original UNMARKED"]);
  t.match(await ask(), { failure: null, original: /\/original\?/ });
  t.equal(isLost(await db.image.findUniqueOrThrow({ where: { id: image.id } })), false);
});

t.test("a table that nobody here knows keeps the files that it names", async (t) => {
  const { atelier } = await openWithPictures(t);
  const { db } = atelier.services;
  for (const digit of ["2", "3"]) await put(atelier, keyOf(digit.repeat(64), "original"), "a cover");
  await db.$executeRawUnsafe(`create table "Postcard" (id int, cover_sha256 text)`);
  await db.$executeRawUnsafe(`insert into "Postcard" values (1, '${"2".repeat(64)}'), (2, null)`);
  atelier.clock.advance(2 * day);
  const { report } = await check(atelier, "--repair");
  t.match(report.findings, [{ kind: "ORPHANED", key: keyOf("3".repeat(64), "original") }]);
  t.equal(report.findings.length, 1);
});

t.test("what a platform still shows, and what somebody put again, is no orphan", async (t) => {
  const { atelier, images } = await openWithPictures(t);
  const { db, storage } = atelier.services;
  const [shown, again] = images;
  const workspace = await db.workspace.findFirstOrThrow();
  await db.showcaseGallery.create({ data: { handle: "ada", name: "Ada", workspaceId: workspace.id } });
  const entry = { handle: "ada", caption: "", publishedAt: atelier.clock.now() };
  await db.showcaseEntry.create({
    data: { ...entry, id: shown.id, images: [{ sha256: shown.sha256, extension: "png" }] },
  });
  await db.image.deleteMany({ where: { id: { in: [shown.id, again.id] } } });
  atelier.clock.advance(2 * day);
  const found = await check(atelier);
  t.strictSame([...new Set(found.report.findings.map(({ key }) => key.slice(10, 74)))], [again.sha256]);

  // Between the look and the deletion the same picture is uploaded.
  const lines: string[] = [];
  const stat = async () => ({ bytes: 1, modifiedAt: atelier.clock.now() });
  const racing = { ...atelier.services, storage: { ...storage, stat } };
  await runStorageCheck(racing, storageCheckFlags(["--json", "--repair"]), (text) => lines.push(text));
  t.strictSame(
    new Set(brief(JSON.parse(lines.join("")))),
    new Set(["ORPHANED original LEFT", "ORPHANED preview LEFT", "ORPHANED thumb LEFT"]),
  );
});

t.test("a quick check reads no file, and a short grace can be asked for", async (t) => {
  const { atelier, images } = await openWithPictures(t);
  const [image] = images;
  const key = keyOf(image.sha256, "original");
  const { bytes = 0 } = (await atelier.services.storage.stat(key)) ?? {};
  await put(atelier, key, Buffer.alloc(bytes));
  t.equal((await check(atelier, "--quick")).code, 0);
  t.strictSame(brief((await check(atelier)).report), ["DAMAGED original"]);
  await put(atelier, keyOf("1".repeat(64), "thumb"), "nobody's");
  atelier.clock.advance(2 * 3_600_000);
  t.equal((await check(atelier, "--quick")).code, 0);
  t.strictSame(brief((await check(atelier, "--quick", "--grace-hours=1")).report), ["ORPHANED thumb"]);
});

t.test("many pictures are gone through in parts, and none is left out", async (t) => {
  const { atelier, images } = await openWithPictures(t);
  for (const { sha256 } of images) await atelier.services.storage.delete(keyOf(sha256, "thumb"));
  for (const partSize of [100, 1, 0.1]) {
    const checking = checkStorage(atelier.services, { grace: day, contents: true, partSize });
    const found: string[] = [];
    let step = await checking.next();
    for (; step.done !== true; step = await checking.next()) found.push(step.value.sha256);
    t.strictSame(found.sort(), images.map(({ sha256 }) => sha256).sort());
    t.match(step.value, { images: 3, files: 6 });
  }
});

t.test("a person reads what was found, what it means and what to do", async (t) => {
  const { atelier, images } = await openWithPictures(t);
  const [image] = images;
  await atelier.services.storage.delete(keyOf(image.sha256, "thumb"));
  const said = async (...flags: string[]) => {
    const lines: string[] = [];
    await runStorageCheck(atelier.services, storageCheckFlags(flags), (text) => lines.push(text));
    return lines.join("");
  };
  const found = await said();
  t.match(found, `MISSING   ${keyOf(image.sha256, "thumb")}\n    The file is not there.\n    images: ${image.id}`);
  t.match(found, /Looked at 8 files \(.+ kB\) and 3 images\.\nFound 1 missing\.\nNothing was changed\. With --repair/);
  t.match(
    await said("--repair"),
    /→ It was made anew from the original\.\n.*\nFound 1 missing\.\n1 finding dealt with\./,
  );
  t.match(await said(), /All is well\.\n$/);
});

t.test("a flag that is not known is told with those that are", async (t) => {
  t.throws(() => storageCheckFlags(["--fix"]), ConfigError);
  for (const wrong of ["--grace-hours=0", "--grace-hours=soon", "everything"]) {
    t.throws(() => storageCheckFlags([wrong]), /--repair.*--json.*--quick.*--grace-hours/);
  }
});

t.test("the command is a role of the server", async (t) => {
  const { atelier, images } = await openWithPictures(t);
  const { config, databaseUrl, storage } = atelier.services;
  const [image] = images;
  await storage.delete(keyOf(image.sha256, "preview"));
  const env = { ...process.env, NODE_ENV: "test", DATABASE_URL: databaseUrl, DATA_DIR: config.DATA_DIR, PORT: "0" };
  const run = (...flags: string[]) =>
    promisify(execFile)(process.execPath, [main, "storage-check", ...flags], { env, timeout: 60_000 }).then(
      ({ stdout }) => ({ code: 0, stdout, stderr: "" }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
  const found = await run("--json");
  t.equal(found.code, 1);
  t.match(JSON.parse(found.stdout), { findings: [{ kind: "MISSING", variant: "preview" }] });
  t.match(await run("--repair"), { code: 0, stdout: /1 finding dealt with/ });
  t.match(await run("--nonsense"), { code: 1, stderr: /--nonsense.*\n.*Use storage-check/ });
});
