/**
 * Compares the pictures' rows with the files in storage. Every file is content by its hash, so both sides can be judged: a row
 * whose file is not there or not what it was, and a file that nobody points at.
 *
 * Goes along the hashes in parts, so that memory stays bounded, and reads files before rows: a picture that is stored meanwhile
 * can look young, never orphaned.
 */
import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { addMilliseconds, type Clock } from "../infra/clock.ts";
import type { Db } from "../infra/db.ts";
import {
  type ObjectFacts,
  type ObjectStorage,
  type ObjectVariant,
  objectKey,
  parseObjectKey,
} from "../infra/storage.ts";
import type { Platform } from "../platforms/platform.ts";
import { keptFiles } from "./kept-files.ts";
import { isLost } from "./mark-lost-images.ts";

/** What is wrong with one file. RECOVERED: the picture is marked as lost, but its original is there again, and sound. */
export interface StorageFinding {
  readonly kind: "MISSING" | "DAMAGED" | "ORPHANED" | "RECOVERED";
  readonly key: string;
  readonly sha256: string;
  readonly variant: ObjectVariant;
  /** The pictures that need the file; none for an orphan. */
  readonly imageIds: readonly string[];
  /** Size in storage; null when there is no file. */
  readonly bytes: number | null;
  /** A sentence for the operator. */
  readonly detail: string;
}

/** What was looked at. */
export interface StorageTotals {
  images: number;
  files: number;
  bytes: number;
  /** Files without a row that are too young to be judged: their picture may be on its way. */
  young: number;
  /** Pictures that were marked as lost before, and still are. */
  lost: number;
}

/** What the check reads. */
export interface CheckStorageServices {
  readonly db: Db;
  readonly storage: ObjectStorage;
  readonly clock: Clock;
  readonly platforms: ReadonlyMap<string, Platform>;
}

/** How it goes about it. */
export interface StorageCheckOptions {
  /** Milliseconds that a file without a row is left alone. No upload takes that long. */
  readonly grace: number;
  /** Whether files are read and compared with their hash, or only looked up. */
  readonly contents: boolean;
  /** Pictures in one go. Default 100,000: what is then known about their files takes some 100 MB at the most. */
  readonly partSize?: number;
}

const variants = ["original", "preview", "thumb"] as const;

/** Beginnings of hashes that split so many pictures into parts of about the same size. */
function shardsFor(images: number, partSize: number): readonly string[] {
  const digits = images > partSize * 16 ? 2 : images > partSize ? 1 : 0;
  const part = (index: number) => (digits === 0 ? "" : index.toString(16).padStart(digits, "0"));
  return Array.from({ length: 16 ** digits }, (_, index) => part(index));
}

/** Finds every fault, one after the other, and ends with what was looked at. */
export async function* checkStorage(
  services: CheckStorageServices,
  options: StorageCheckOptions,
): AsyncGenerator<StorageFinding, StorageTotals> {
  const totals: StorageTotals = { images: 0, files: 0, bytes: 0, young: 0, lost: 0 };
  const images = await services.db.image.count({ where: { sha256: { not: null } } });
  for (const shard of shardsFor(images, options.partSize ?? 100_000)) {
    const files = new Map<string, ObjectFacts>();
    for await (const { key, ...facts } of services.storage.list(`images/${shard}`)) {
      files.set(key, facts);
      totals.files += 1;
      totals.bytes += facts.bytes;
    }
    const pictures = await readPictures(services.db, shard);
    for (const picture of pictures) {
      totals.images += picture.rows.length;
      const { lost, findings } = await judgePicture(services.storage, picture, files, options);
      totals.lost += lost;
      yield* findings;
      for (const variant of variants) files.delete(objectKey(picture.sha256, variant, picture.extension));
    }
    const orphans = await findOrphans(services, files, options);
    totals.young += orphans.young;
    yield* orphans.findings;
  }
  return totals;
}

/** All rows that share a file. */
interface Picture {
  readonly sha256: string;
  readonly extension: string;
  readonly bytes: number;
  readonly rows: readonly { readonly id: string; readonly isLost: boolean }[];
}

const nothing = { sha256: null, extension: null, bytes: null };

async function readPictures(db: Db, shard: string): Promise<readonly Picture[]> {
  const rows = await db.image.findMany({
    where: { sha256: { startsWith: shard } },
    select: { id: true, sha256: true, extension: true, bytes: true, status: true, failureClass: true },
    orderBy: { id: "asc" },
  });
  const byFile = Map.groupBy(rows, ({ sha256, extension }) => `${sha256}.${extension}`);
  return [...byFile.values()].flatMap((group) => {
    const { sha256, extension, bytes } = group[0] ?? nothing;
    if (sha256 === null || extension === null || bytes === null) return [];
    return [{ sha256, extension, bytes, rows: group.map((row) => ({ id: row.id, isLost: isLost(row) })) }];
  });
}

async function judgePicture(
  storage: ObjectStorage,
  picture: Picture,
  files: ReadonlyMap<string, ObjectFacts>,
  { contents }: StorageCheckOptions,
): Promise<{ readonly lost: number; readonly findings: readonly StorageFinding[] }> {
  const findings: StorageFinding[] = [];
  const imageIds = picture.rows.map(({ id }) => id);
  const marked = picture.rows.filter((row) => row.isLost).map(({ id }) => id);
  for (const variant of variants) {
    const key = objectKey(picture.sha256, variant, picture.extension);
    // What was put after the listing is not in it.
    const facts = files.get(key) ?? (await storage.stat(key));
    const about = { key, sha256: picture.sha256, variant, bytes: facts?.bytes ?? null };
    const fault =
      facts === null ? "The file is not there." : await findFault(storage, picture, variant, facts, contents);
    const original = variant === "original";
    if (fault !== null && original && marked.length === imageIds.length) return { lost: imageIds.length, findings: [] };
    if (fault !== null) findings.push({ kind: facts ? "DAMAGED" : "MISSING", ...about, imageIds, detail: fault });
    else if (original && contents && marked.length > 0) {
      const detail = "The picture is marked as lost, but its file is there and sound.";
      findings.push({ kind: "RECOVERED", ...about, imageIds: marked, detail });
    }
  }
  return { lost: 0, findings };
}

async function findFault(
  storage: ObjectStorage,
  { sha256, extension, bytes }: Picture,
  variant: ObjectVariant,
  facts: ObjectFacts,
  contents: boolean,
): Promise<string | null> {
  const key = objectKey(sha256, variant, extension);
  if (variant === "original" && facts.bytes !== bytes) return `It has ${facts.bytes} bytes instead of ${bytes}.`;
  if (!contents) return null;
  if (variant === "original") {
    const found = await hashOf(storage, key);
    return found === sha256 ? null : `Its content has changed: the hash is ${found ?? "unknown"}.`;
  }
  return (await isWholeWebp(storage, key, facts.bytes)) ? null : "It is no whole WebP file.";
}

/** Null when it has gone meanwhile. */
async function hashOf(storage: ObjectStorage, key: string): Promise<string | null> {
  const object = await storage.open(key);
  if (object === null) return null;
  const hash = createHash("sha256");
  await pipeline(object.stream, hash);
  return hash.digest("hex");
}

/** A WebP file begins with its own length, so that one cut short, or filled with zeros, is known by its first bytes. */
async function isWholeWebp(storage: ObjectStorage, key: string, bytes: number): Promise<boolean> {
  if (bytes < 12) return false;
  const object = await storage.open(key, { start: 0, end: 11 });
  if (object === null) return false;
  const head = await buffer(object.stream);
  const isWebp = head.toString("latin1", 0, 4) === "RIFF" && head.toString("latin1", 8, 12) === "WEBP";
  return isWebp && head.readUInt32LE(4) + 8 === bytes;
}

async function findOrphans(
  services: CheckStorageServices,
  files: ReadonlyMap<string, ObjectFacts>,
  { grace }: StorageCheckOptions,
): Promise<{ readonly young: number; readonly findings: readonly StorageFinding[] }> {
  const oldEnough = addMilliseconds(services.clock.now(), -grace);
  const named = [...files].flatMap(([key, facts]) => {
    const name = parseObjectKey(key);
    // A file with another kind of name was put there by somebody else.
    return name === null ? [] : [{ key, facts, ...name }];
  });
  const kept = await keptFiles(services, [...new Set(named.map(({ sha256 }) => sha256))]);
  const unneeded = named.filter(({ sha256 }) => !kept.has(sha256));
  const old = unneeded.filter(({ facts }) => facts.modifiedAt < oldEnough);
  return {
    young: unneeded.length - old.length,
    findings: old.map(({ key, sha256, variant, facts: { bytes, modifiedAt } }) => ({
      ...{ kind: "ORPHANED" as const, key, sha256, variant, imageIds: [], bytes },
      detail: `Nobody points at it; it was put on ${modifiedAt.toISOString().slice(0, 10)}.`,
    })),
  };
}
