/** What every storage promises (src/infra/storage.ts), asked of each of them. */
import { utimes } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import fc from "fast-check";
import t, { type Test } from "tap";
import { createDiskStorage } from "../../src/infra/disk-storage.ts";
import { createS3Storage } from "../../src/infra/s3-storage.ts";
import type { ObjectStorage } from "../../src/infra/storage.ts";
import { startS3 } from "../simulators/s3.ts";
import { s3SettingsOf } from "../support/s3.ts";

interface Opened {
  readonly storage: ObjectStorage;
  /** Makes an object look as if it had been put long ago. */
  backdate(key: string, time: Date): Promise<void>;
}

const storages: Readonly<Record<string, (t: Test) => Promise<Opened>>> = {
  disk: async (t) => {
    const folder = t.testdir();
    return {
      storage: await createDiskStorage({ folder }),
      backdate: (key, time) => utimes(join(folder, key), time, time),
    };
  },
  s3: async (t) => {
    const server = await startS3(t, { pageSize: 2 });
    const storage = createS3Storage(s3SettingsOf(server));
    t.teardown(() => storage.close());
    return {
      storage,
      backdate: async (key, time) => {
        const object = server.objects.get(key);
        if (object === undefined) throw new Error(`There is no ${key}.`);
        object.modifiedAt = time;
      },
    };
  },
};

const png = { contentType: "image/png" };
const mebibyte = 1024 * 1024;

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const read = async (storage: ObjectStorage, key: string, range?: { start: number; end?: number }) => {
  const opened = await storage.open(key, range);
  return opened && (await buffer(opened.stream)).toString();
};

for (const [name, openStorage] of Object.entries(storages)) {
  t.test(name, async (t) => {
    t.test("what is put can be read, described, listed and deleted", async (t) => {
      const { storage } = await openStorage(t);
      await storage.put("images/ab/one.png", Buffer.from("hello"), png);
      await storage.put("images/ab/two.png", Readable.from([Buffer.from("wor"), Buffer.from("ld!")]), png);
      t.equal((await storage.open("images/ab/two.png").then((o) => (o?.stream.destroy(), o)))?.bytes, 6);
      t.equal(await read(storage, "images/ab/two.png"), "world!");
      t.match(await storage.stat("images/ab/one.png"), { bytes: 5, modifiedAt: Date });
      await storage.delete("images/ab/one.png");
      await storage.delete("images/ab/one.png");
      t.equal(await storage.stat("images/ab/one.png"), null);
      t.equal(await storage.open("images/ab/one.png"), null);
      t.equal(await storage.open("images/ab"), null, "a folder is not an object");
      t.strictSame(
        (await collect(storage.list(""))).map(({ key }) => key),
        ["images/ab/two.png"],
      );
    });

    t.test("an empty object has a stream that ends, put whole or as a stream", async (t) => {
      const { storage } = await openStorage(t);
      await storage.put("empty", Buffer.alloc(0), png);
      await storage.put("drained", Readable.from([]), png);
      for (const key of ["empty", "drained"]) {
        t.equal(await read(storage, key), "");
        t.equal((await storage.stat(key))?.bytes, 0);
        await t.rejects(storage.open(key, { start: 0 }), RangeError);
      }
    });

    t.test("ranges include both ends, and mean what they mean for a slice", async (t) => {
      const { storage } = await openStorage(t);
      const digits = "0123456789";
      await storage.put("digits", Buffer.from(digits), png);
      await fc.assert(
        fc.asyncProperty(fc.nat(9), fc.option(fc.nat(20), { nil: undefined }), async (start, length) => {
          const end = length === undefined ? undefined : start + length;
          const opened = await storage.open("digits", { start, ...(end !== undefined && { end }) });
          const text = opened && (await buffer(opened.stream)).toString();
          return opened?.bytes === 10 && text === digits.slice(start, end === undefined ? undefined : end + 1);
        }),
        { numRuns: 30 },
      );
      for (const range of [{ start: 10 }, { start: 3, end: 2 }, { start: -1 }]) {
        await t.rejects(storage.open("digits", range), RangeError);
        t.equal(await storage.open("missing", range), null);
      }
    });

    t.test("putting the same content again renews its time; other content replaces it", async (t) => {
      const { storage, backdate } = await openStorage(t);
      await storage.put("one", Buffer.from("old"), png);
      await backdate("one", new Date("2001-01-01T00:00:00Z"));
      t.equal((await storage.stat("one"))?.modifiedAt.getUTCFullYear(), 2001);
      t.equal((await collect(storage.list("one")))[0]?.modifiedAt.getUTCFullYear(), 2001);
      await storage.put("one", Readable.from([Buffer.from("old")]), png);
      t.ok(Date.now() - Number((await storage.stat("one"))?.modifiedAt) < 60_000);

      const opened = await storage.open("one");
      await storage.put("one", Buffer.from("new"), png);
      t.equal(opened && (await buffer(opened.stream)).toString(), "old", "a reader keeps what it opened");
      t.equal(await read(storage, "one"), "new");
    });

    t.test("concurrent puts of one key all succeed and leave one whole object", async (t) => {
      const { storage } = await openStorage(t);
      const content = Buffer.alloc(300_000, "x");
      await Promise.all(Array.from({ length: 12 }, () => storage.put("images/ab/big.png", content, png)));
      const opened = await storage.open("images/ab/big.png");
      t.ok(opened && content.equals(await buffer(opened.stream)));
      t.equal((await collect(storage.list(""))).length, 1);
    });

    t.test("a long stream arrives whole", async (t) => {
      const { storage } = await openStorage(t);
      const chunks = Array.from({ length: 19 }, (_, index) => Buffer.alloc(mebibyte, index));
      await storage.put("long", Readable.from(chunks), png);
      const opened = await storage.open("long");
      t.ok(opened && Buffer.concat(chunks).equals(await buffer(opened.stream)));
    });

    t.test("a failing stream leaves nothing, and nothing is visible while it flows", async (t) => {
      const { storage } = await openStorage(t);
      await storage.put("kept", Buffer.from("kept"), png);
      const visible: (number | undefined)[] = [];
      const failing = (mebibytes: number) =>
        Readable.from(
          (async function* () {
            for (let sent = 0; sent < mebibytes; sent += 1) yield Buffer.alloc(mebibyte);
            yield Buffer.from("half");
            visible.push((await storage.stat("new"))?.bytes, (await storage.stat("kept"))?.bytes);
            throw new Error("the upload broke");
          })(),
        );
      for (const mebibytes of [0, 17]) {
        await t.rejects(storage.put("new", failing(mebibytes), png), { message: "the upload broke" });
        await t.rejects(storage.put("kept", failing(mebibytes), png), { message: "the upload broke" });
      }
      t.strictSame(visible, Array.from({ length: 4 }, () => [undefined, 4]).flat());
      t.equal(await read(storage, "kept"), "kept");
      t.equal((await collect(storage.list(""))).length, 1);
    });

    t.test("listing takes any beginning of a key", async (t) => {
      const { storage } = await openStorage(t);
      for (const key of ["images/ab/1.png", "images/ab/1.thumb.webp", "images/ac/2.png", "avatars/3.png"]) {
        await storage.put(key, Buffer.from(key), png);
      }
      const keys = async (prefix: string) =>
        (await collect(storage.list(prefix))).map((object) => object.key).toSorted();
      t.strictSame(await keys(""), ["avatars/3.png", "images/ab/1.png", "images/ab/1.thumb.webp", "images/ac/2.png"]);
      t.strictSame(await keys("images/a"), ["images/ab/1.png", "images/ab/1.thumb.webp", "images/ac/2.png"]);
      t.strictSame(await keys("images/ab/1."), ["images/ab/1.png", "images/ab/1.thumb.webp"]);
      t.strictSame(await keys("nothing/"), []);
      t.match(await collect(storage.list("avatars/")), [{ key: "avatars/3.png", bytes: 13, modifiedAt: Date }]);
    });

    t.test("a key that could leave the storage is a mistake in the caller", async (t) => {
      const { storage } = await openStorage(t);
      const unsafe = ["", "/etc/passwd", "../x", "a/../b", "a//b", "a/", ".hidden", "a/.b", "tmp/x", "A"];
      const odd = ["a\\b", "a\0b", "ä", "a b", "a".repeat(513)];
      const address = {
        expiresInSeconds: 60,
        contentType: "image/png",
        disposition: "inline",
        cacheControl: "private",
      };
      for (const key of [...unsafe, ...odd]) {
        await t.rejects(storage.put(key, Buffer.from("x"), png), /is not an object key/, JSON.stringify(key));
        await t.rejects(storage.open(key), /is not an object key/);
        await t.rejects(storage.stat(key), /is not an object key/);
        await t.rejects(storage.delete(key), /is not an object key/);
        await t.rejects(storage.presign(key, address), /is not an object key/);
      }
      for (const prefix of ["../", "/", "tmp/", "a//"]) {
        t.throws(() => storage.list(prefix), /beginning of an object key/);
      }
    });

    t.test("the check leaves nothing behind", async (t) => {
      const { storage } = await openStorage(t);
      t.strictSame(await storage.check(), { ok: true });
      t.strictSame(await collect(storage.list("")), []);
    });
  });
}
