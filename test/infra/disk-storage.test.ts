import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
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

t.test("what is put can be read, described, listed and deleted", async (t) => {
  const { folder, storage } = await storageIn(t);
  await storage.put("images/ab/one.png", Buffer.from("hello"), png);
  await storage.put("images/ab/two.png", Readable.from([Buffer.from("wor"), Buffer.from("ld!")]), png);
  const opened = await storage.open("images/ab/two.png");
  t.equal(opened?.bytes, 6);
  t.equal(opened && (await buffer(opened.stream)).toString(), "world!");
  t.match(await storage.stat("images/ab/one.png"), { bytes: 5, modifiedAt: Date });
  t.strictSame(await readdir(join(folder, "tmp")), []);
  await storage.delete("images/ab/one.png");
  await storage.delete("images/ab/one.png");
  t.equal(await storage.stat("images/ab/one.png"), null);
  t.equal(await storage.open("images/ab/one.png"), null);
  t.equal(await storage.open("images/ab"), null, "a folder is not an object");
});

t.test("an empty object has a stream that ends", async (t) => {
  const { storage } = await storageIn(t);
  await storage.put("empty", Buffer.alloc(0), png);
  const opened = await storage.open("empty");
  t.equal(opened && (await buffer(opened.stream)).length, 0);
});

t.test("ranges include both ends", async (t) => {
  const { storage } = await storageIn(t);
  await storage.put("digits", Buffer.from("0123456789"), png);
  const read = async (start: number, end?: number) => {
    const opened = await storage.open("digits", { start, end });
    t.equal(opened?.bytes, 10, "the size is that of the whole");
    return opened && (await buffer(opened.stream)).toString();
  };
  t.equal(await read(0, 0), "0");
  t.equal(await read(2, 4), "234");
  t.equal(await read(7), "789");
  t.equal(await read(9, 99), "9");
  for (const range of [{ start: 10 }, { start: 3, end: 2 }, { start: -1 }]) {
    await t.rejects(storage.open("digits", range), RangeError);
  }
  t.equal(await storage.open("missing", { start: 5 }), null);
});

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

t.test("other content, even of the same size, replaces the old; a reader keeps what it opened", async (t) => {
  const { storage } = await storageIn(t);
  await storage.put("one", Buffer.from("old"), png);
  const opened = await storage.open("one");
  await storage.put("one", Buffer.from("new"), png);
  t.equal(opened && (await buffer(opened.stream)).toString(), "old");
  const now = await storage.open("one");
  t.equal(now && (await buffer(now.stream)).toString(), "new");
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

t.test("listing takes any beginning of a key", async (t) => {
  const { storage } = await storageIn(t);
  for (const key of ["images/ab/1.png", "images/ab/1.thumb.webp", "images/ac/2.png", "avatars/3.png"]) {
    await storage.put(key, Buffer.from(key), png);
  }
  const keys = async (prefix: string) => (await collect(storage.list(prefix))).map((object) => object.key).toSorted();
  t.strictSame(await keys(""), ["avatars/3.png", "images/ab/1.png", "images/ab/1.thumb.webp", "images/ac/2.png"]);
  t.strictSame(await keys("images/a"), ["images/ab/1.png", "images/ab/1.thumb.webp", "images/ac/2.png"]);
  t.strictSame(await keys("images/ab/1."), ["images/ab/1.png", "images/ab/1.thumb.webp"]);
  t.strictSame(await keys("nothing/"), []);
  t.match(await collect(storage.list("avatars/")), [{ key: "avatars/3.png", bytes: 13, modifiedAt: Date }]);
});

t.test("a key that could leave the folder is a mistake in the caller", async (t) => {
  const { storage } = await storageIn(t);
  const keys = [
    "",
    "/etc/passwd",
    "../x",
    "a/../b",
    "a//b",
    "a/",
    ".hidden",
    "a/.b",
    "tmp/x",
    "A",
    "a\\b",
    "a\0b",
    "ä",
    "a b",
    "a".repeat(513),
  ];
  for (const key of keys) {
    await t.rejects(storage.put(key, Buffer.from("x"), png), /is not an object key/, JSON.stringify(key));
    await t.rejects(storage.open(key), /is not an object key/);
    await t.rejects(storage.stat(key), /is not an object key/);
    await t.rejects(storage.delete(key), /is not an object key/);
  }
  for (const prefix of ["../", "/", "tmp/", "a//"]) t.throws(() => storage.list(prefix), /beginning of an object key/);
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
