import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import t, { type Test } from "tap";
import { createDiskStorage } from "../../src/infra/disk-storage.ts";

const png = { contentType: "image/png" };

async function storageIn(t: Test) {
  const folder = t.testdir();
  return { folder, storage: await createDiskStorage({ folder }) };
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

t.test("putting the same content again keeps the file and renews its time", async (t) => {
  const { folder, storage } = await storageIn(t);
  const path = join(folder, "images/one.png");
  await storage.put("images/one.png", Buffer.from("same"), png);

  const before = await stat(path);
  await utimes(path, new Date(0), new Date(0));
  await storage.put("images/one.png", Readable.from([Buffer.from("same")]), png);
  const after = await stat(path);
  t.equal(after.ino, before.ino);
  t.ok(after.mtimeMs > 0);
  t.strictSame(await readdir(join(folder, "tmp")), []);
});

t.test("concurrent puts of one key all succeed and leave one whole object", async (t) => {
  const { folder, storage } = await storageIn(t);
  const content = Buffer.alloc(300_000, "x");
  await Promise.all(Array.from({ length: 12 }, () => storage.put("images/ab/big.png", content, png)));
  t.ok(content.equals(await readFile(join(folder, "images/ab/big.png"))));
  t.strictSame(await readdir(join(folder, "tmp")), []);
  t.equal((await collect(storage.list(""))).length, 1);
});

t.test("a failing stream leaves nothing, and nothing is visible while it flows", async (t) => {
  const { folder, storage } = await storageIn(t);
  await storage.put("kept", Buffer.from("kept"), png);
  const visible: (number | undefined)[] = [];
  const failing = () =>
    Readable.from(
      (async function* () {
        yield Buffer.from("half");
        visible.push((await storage.stat("new"))?.bytes, (await storage.stat("kept"))?.bytes);
        throw new Error("the upload broke");
      })(),
    );
  await t.rejects(storage.put("new", failing(), png), { message: "the upload broke" });
  await t.rejects(storage.put("kept", failing(), png), { message: "the upload broke" });
  t.strictSame(visible, [undefined, 4, undefined, 4]);
  t.equal(await readFile(join(folder, "kept"), "utf8"), "kept");
  t.strictSame(await readdir(join(folder, "tmp")), []);
});

t.test("starting removes what crashed puts left, but not what may still be written", async (t) => {
  const folder = t.testdir({ tmp: { old: "x", young: "x" } });
  const hours = (n: number) => new Date(Date.now() - n * 3_600_000);
  await utimes(join(folder, "tmp/old"), hours(2), hours(2));
  await utimes(join(folder, "tmp/young"), hours(0.5), hours(0.5));
  const storage = await createDiskStorage({ folder });
  t.strictSame(await readdir(join(folder, "tmp")), ["young"]);
  t.strictSame(await collect(storage.list("")), []);
});

t.test("the check says whether the folder can be written", async (t) => {
  const { folder, storage } = await storageIn(t);
  t.strictSame(await storage.check(), { ok: true });

  await rm(join(folder, "tmp"), { recursive: true });
  await writeFile(join(folder, "tmp"), "not a folder");
  t.match(await storage.check(), { ok: false, message: /cannot be written: .+/ });
  await rm(join(folder, "tmp"));
  await mkdir(join(folder, "tmp"));
  t.strictSame(await storage.check(), { ok: true });
});
