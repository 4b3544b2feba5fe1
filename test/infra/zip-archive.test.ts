import { execFile } from "node:child_process";
import { Readable, Writable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import t from "tap";
import { type ArchiveEntry, zipArchive } from "../../src/infra/zip-archive.ts";
import { unzip } from "../support/unzip.ts";

const modifiedAt = new Date("2026-11-22T09:00:00Z");
const entry = (path: string, content: Readable, compress = true): ArchiveEntry => ({
  path,
  content,
  modifiedAt,
  compress,
});

t.test("entries of any size come out as they went in, one after the other", async (t) => {
  let open = 0;
  const counted = (text: string) => {
    const content = Readable.from([text.slice(0, 5), text.slice(5)], { objectMode: false });
    open += 1;
    t.equal(open, 1, "one is open at a time");
    content.once("close", () => {
      open -= 1;
    });
    return content;
  };
  const entries = async function* () {
    yield entry("README.txt", counted("Hello, Ada. ".repeat(1_000)));
    yield entry("pictures/grün.png", counted("not compressed"), false);
    yield entry("empty.json", Readable.from([]));
  };
  const zip = await buffer(zipArchive(entries()));
  t.same(
    [...(await unzip(zip))].map(([path, content]) => [path, content.toString().slice(0, 30)]),
    [
      ["README.txt", "Hello, Ada. Hello, Ada. Hello,"],
      ["pictures/grün.png", "not compressed"],
      ["empty.json", ""],
    ],
  );
  t.ok(zip.length < 2_000, "what can be compressed is");
});

t.test("a failing entry, a failing content and a reader that goes away end everything", async (t) => {
  const failing = (entries: () => AsyncGenerator<ArchiveEntry>) => buffer(zipArchive(entries()));
  await t.rejects(
    failing(async function* () {
      yield entry("a", Readable.from(["a"]));
      throw new Error("no more entries");
    }),
    { message: "no more entries" },
  );
  await t.rejects(
    failing(async function* () {
      const broken = async function* () {
        yield Buffer.from("a");
        throw new Error("broken off");
      };
      yield entry("a", Readable.from(broken(), { objectMode: false }));
    }),
    { message: "broken off" },
  );

  const closed: string[] = [];
  const endless = async function* () {
    try {
      for (;;) yield Buffer.alloc(65_536);
    } finally {
      closed.push("content");
    }
  };
  const entries = async function* () {
    try {
      yield entry("endless", Readable.from(endless(), { objectMode: false }), false);
    } finally {
      closed.push("entries");
    }
  };
  const archive = zipArchive(entries());
  const abort = new AbortController();
  let seen = 0;
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > 1_000_000) abort.abort();
      done();
    },
  });
  await t.rejects(pipeline(archive, sink, { signal: abort.signal }), { name: "AbortError" });
  for (let turns = 0; closed.length < 2 && turns < 1_000; turns += 1)
    await new Promise((resolve) => setImmediate(resolve));
  t.same(closed.toSorted(), ["content", "entries"]);
});

t.test("archives that nobody reads hold up no other", async (t) => {
  const one = async function* () {
    yield entry("a", Readable.from([Buffer.alloc(1_000_000)]), false);
  };
  const stalled = Array.from({ length: 20 }, () => zipArchive(one()));
  // A first piece each, so that all of them are under way.
  for (const archive of stalled) await archive[Symbol.asyncIterator]().next();
  t.ok((await buffer(zipArchive(one()))).length > 1_000_000);
  for (const archive of stalled) archive.destroy();
});

t.test("an archive of 250 MB takes no more memory than one of 10 MB", async (t) => {
  const program = new URL("../support/zip-peak.ts", import.meta.url).pathname;
  const peak = async (megabytes: number) => {
    const { stdout } = await promisify(execFile)(process.execPath, [program, String(megabytes)]);
    return Number(stdout);
  };
  const small = await peak(10);
  const large = await peak(250);
  t.ok(large < small + 100, `${small} MB of memory for 10 MB, ${large} MB for 250 MB`);
});
