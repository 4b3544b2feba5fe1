/**
 * Where files live: the contract between Atelier and a disk folder or an S3-compatible bucket.
 *
 * Keys name content (they contain its hash), so an object never changes its meaning: writing it again is harmless and
 * readers may cache for ever.
 */
import type { Readable } from "node:stream";

/** Both ends in bytes and included, as in an HTTP Range header; without `end`, to the last byte. */
export interface ByteRange {
  readonly start: number;
  readonly end?: number | undefined;
}

export interface ObjectFacts {
  /** Size of the whole object. */
  readonly bytes: number;
  /** When it was last put, by the storage's clock. */
  readonly modifiedAt: Date;
}

export interface OpenedObject extends ObjectFacts {
  /** The bytes asked for. Consume or destroy it, or a file handle or connection stays open. */
  readonly stream: Readable;
}

export interface ListedObject extends ObjectFacts {
  readonly key: string;
}

/** How a presigned address behaves. */
export interface PresignOptions {
  /** The address works for at least half as long and at most this long: inside one half it stays the same, for caches. */
  readonly expiresInSeconds: number;
  /** Headers of the answer behind the address. */
  readonly contentType: string;
  readonly disposition: string;
  readonly cacheControl: string;
}

/** Failures of the storage itself (full, unreachable, forbidden) reject everywhere. A key that is not valid is a bug and throws. */
export interface ObjectStorage {
  /**
   * Stores the whole content or nothing; when it resolves, the object survives a power cut. Putting the same content again
   * changes only `modifiedAt`, so that a clean-up of old files without a row spares one that was just put again. Other
   * content under the same key replaces the old at once; no reader sees a mixture. A failing stream rejects with its error.
   * @param contentType kept where the storage can serve objects by itself (S3); the database is the authority.
   */
  put(key: string, content: Uint8Array | Readable, options: { readonly contentType: string }): Promise<void>;
  /**
   * Null when there is no such object. An `end` past the last byte is cut.
   * @throws RangeError when the range starts past the last byte or ends before it starts.
   */
  open(key: string, range?: ByteRange): Promise<OpenedObject | null>;
  stat(key: string): Promise<ObjectFacts | null>;
  /** A missing object is fine: what was asked for is true. */
  delete(key: string): Promise<void>;
  /** Every object whose key starts with `prefix` (which may be empty or end inside a name), in no given order. */
  list(prefix: string): AsyncIterable<ListedObject>;
  /**
   * An address by which anybody may GET the object straight from the storage, until it expires; null where the storage has no
   * such addresses, or shall not give them away. Whether the object is there is not looked up.
   */
  presign(key: string, options: PresignOptions): Promise<string | null>;
  /** Whether objects can be written and read now. `message` is for operators. */
  check(): Promise<{ readonly ok: true } | { readonly ok: false; readonly message: string }>;
}

const segment = "[a-z0-9][a-z0-9._-]*";
const keyPattern = new RegExp(`^${segment}(/${segment})*$`);
const prefixPattern = new RegExp(`^(${segment}/)*(${segment})?$`);
const maxKeyLength = 512;

/**
 * Lower-case names joined by slashes, no name starting with a dot: valid on every file system and in every bucket, without a
 * way out of the folder. `tmp/` belongs to the storage.
 * @throws Error for anything else.
 */
export function assertObjectKey(key: string): void {
  if (!isObjectKey(key)) {
    throw new Error(`${JSON.stringify(key)} is not an object key: lower-case names joined by "/", not below "tmp/".`);
  }
}

/** Whether `assertObjectKey` takes it. */
export function isObjectKey(key: string): boolean {
  return key.length <= maxKeyLength && keyPattern.test(key) && !key.startsWith("tmp/");
}

/** As `assertObjectKey`, for the beginning of a key. */
export function assertKeyPrefix(prefix: string): void {
  if (prefix.length > maxKeyLength || !prefixPattern.test(prefix) || prefix.startsWith("tmp/")) {
    throw new Error(`${JSON.stringify(prefix)} is not the beginning of an object key.`);
  }
}

/** Where files lie that belong to one workspace alone, and go with it. Ends in a slash. */
export const workspaceFolder = (workspaceId: string): string => `exports/workspaces/${workspaceId}/`;

/** The stored original of a picture, or a WebP made from it: `preview` fits 1024 px, `thumb` 256 px. */
export type ObjectVariant = "original" | "preview" | "thumb";

/**
 * Where a picture lies in storage: `images/ab/<sha256>.png` for an original, `images/ab/<sha256>.thumb.webp` for a derived
 * file. Derived files carry the hash of their original, so one row finds them all; the two letters keep folders small.
 * @param sha256 of the stored original, 64 lower-case hexadecimal digits.
 * @param extension of the stored original, without a dot; derived files are always `webp`.
 * @throws Error when `sha256` is not a hash: a key must never be made from something else.
 */
export function objectKey(sha256: string, variant: ObjectVariant, extension: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error(`${JSON.stringify(sha256)} is not a SHA-256 hash.`);
  const name = variant === "original" ? `${sha256}.${extension}` : `${sha256}.${variant}.webp`;
  return `images/${sha256.slice(0, 2)}/${name}`;
}

/** What such a key names; null for every other key. The extension is that of the original, or `webp`. */
export function parseObjectKey(key: string): { sha256: string; variant: ObjectVariant; extension: string } | null {
  const parts = /^images\/([0-9a-f]{2})\/(\1[0-9a-f]{62})\.(?:(preview|thumb)\.webp|([a-z0-9]+))$/.exec(key);
  if (parts === null) return null;
  const [, , sha256 = "", derived, extension = "webp"] = parts;
  return { sha256, variant: derived === "preview" || derived === "thumb" ? derived : "original", extension };
}
