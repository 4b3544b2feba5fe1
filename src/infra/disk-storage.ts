/**
 * Object storage in a folder of this machine.
 *
 * A put goes to `tmp/`, is flushed, renamed to its place, and the folders above are flushed: after any crash an object is
 * there whole or not there. `tmp/` lies in the same folder because a rename is only atomic inside one file system.
 */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream, type Stats } from "node:fs";
import { type FileHandle, mkdir, open, opendir, readdir, rename, rm, stat, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  assertKeyPrefix,
  assertObjectKey,
  type ByteRange,
  type ListedObject,
  type ObjectFacts,
  type ObjectStorage,
} from "./storage.ts";

/** No put takes this long; a file in `tmp/` that is older was left by a crash. */
const leftoverAgeMs = 60 * 60 * 1000;

/**
 * Makes `folder` if needed and removes what crashed puts left in its `tmp/`.
 * @throws the file system's error when the folder cannot be made or read.
 */
export async function createDiskStorage({ folder }: { readonly folder: string }): Promise<ObjectStorage> {
  const tmp = join(folder, "tmp");
  await mkdir(tmp, { recursive: true });
  await removeLeftovers(tmp);
  const pathOf = (key: string) => {
    assertObjectKey(key);
    return join(folder, key);
  };
  return {
    async put(key, content) {
      const path = pathOf(key);
      const temporary = join(tmp, randomUUID());
      try {
        const written = await writeDurably(temporary, content);
        const kept = (await holdsSame(path, written)) && (await ifPresent(refresh(path)));
        if (!kept) {
          await mkdir(dirname(path), { recursive: true });
          await rename(temporary, path);
        }
        await flushFolders(folder, key);
      } finally {
        await rm(temporary, { force: true });
      }
    },
    async open(key, range) {
      const path = pathOf(key);
      const facts = await factsOf(path);
      if (!facts) return null;
      const file = await ifPresent(open(path));
      return file && openedObject(file, range);
    },
    async stat(key) {
      return factsOf(pathOf(key));
    },
    async delete(key) {
      await ifPresent(unlink(pathOf(key)));
    },
    list(prefix) {
      assertKeyPrefix(prefix);
      return walk(folder, prefix.slice(0, prefix.lastIndexOf("/") + 1), prefix);
    },
    async presign(key) {
      assertObjectKey(key);
      return null;
    },
    async check() {
      const probe = join(tmp, randomUUID());
      try {
        await writeFile(probe, "probe");
        await unlink(probe);
        return { ok: true };
      } catch (error) {
        const cause = error instanceof Error ? error.message : String(error);
        return { ok: false, message: `The media folder ${folder} cannot be written: ${cause}` };
      }
    },
  };
}

interface Written {
  readonly bytes: number;
  readonly sha256: string;
}

async function writeDurably(path: string, content: Uint8Array | Readable): Promise<Written> {
  const hash = createHash("sha256");
  let bytes = 0;
  const measure = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      yield chunk;
    }
  };
  // `flush` is the fsync before closing.
  const file = createWriteStream(path, { flags: "wx", flush: true });
  await pipeline(content instanceof Readable ? content : Readable.from([content]), measure, file);
  return { bytes, sha256: hash.digest("hex") };
}

async function holdsSame(path: string, written: Written): Promise<boolean> {
  const facts = await factsOf(path);
  if (facts?.bytes !== written.bytes) return false;
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex") === written.sha256;
}

/** Flushes too: the put that wrote this file may have died before it came to that. */
async function refresh(path: string): Promise<true> {
  const file = await open(path, "r+");
  try {
    const now = new Date();
    await file.utimes(now, now);
    await file.sync();
    return true;
  } finally {
    await file.close();
  }
}

/** A name is durable when every folder on its way is: the key's own folders may be new. */
async function flushFolders(folder: string, key: string): Promise<void> {
  // Windows cannot open folders; NTFS journals its names by itself.
  if (process.platform === "win32") return;
  for (let below = dirname(key); ; below = dirname(below)) {
    const handle = await open(join(folder, below));
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (below === ".") return;
  }
}

/** Size and bytes come from one handle, so a put in between cannot mix them. */
async function openedObject(file: FileHandle, range: ByteRange | undefined) {
  try {
    const facts = toFacts(await file.stat());
    const start = range?.start ?? 0;
    const end = Math.min(range?.end ?? Number.POSITIVE_INFINITY, facts.bytes - 1);
    if (range && !(start >= 0 && start <= end)) {
      throw new RangeError(`Bytes ${start}-${range.end ?? ""} of an object of ${facts.bytes} bytes cannot be read.`);
    }
    if (facts.bytes > 0) return { ...facts, stream: file.createReadStream({ start, end }) };
    await file.close();
    return { ...facts, stream: Readable.from([]) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function* walk(folder: string, inside: string, prefix: string): AsyncGenerator<ListedObject> {
  const entries = await ifPresent(opendir(join(folder, inside)));
  if (!entries) return;
  for await (const entry of entries) {
    const key = inside + entry.name;
    if (key === "tmp") continue;
    if (entry.isDirectory() && (key.startsWith(prefix) || prefix.startsWith(`${key}/`))) {
      yield* walk(folder, `${key}/`, prefix);
    } else if (entry.isFile() && key.startsWith(prefix)) {
      const facts = await factsOf(join(folder, key));
      if (facts) yield { key, ...facts };
    }
  }
}

async function removeLeftovers(tmp: string): Promise<void> {
  for (const name of await readdir(tmp)) {
    const path = join(tmp, name);
    // File times come from the machine's clock, so they are compared with nothing else.
    const facts = await factsOf(path);
    if (facts && Date.now() - facts.modifiedAt.getTime() > leftoverAgeMs) await rm(path, { force: true });
  }
}

async function factsOf(path: string): Promise<ObjectFacts | null> {
  const stats = await ifPresent(stat(path));
  return stats?.isFile() ? toFacts(stats) : null;
}

function toFacts(stats: Stats): ObjectFacts {
  return { bytes: stats.size, modifiedAt: stats.mtime };
}

async function ifPresent<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
