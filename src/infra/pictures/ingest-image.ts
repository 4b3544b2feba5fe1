/**
 * The one way in for every picture: a provider's result, an upload, an import, an avatar.
 *
 * Bytes from outside are judged from cheap to dear (size, first bytes, header, full decode) and never stored as they came: what
 * is stored was encoded here, so nothing hidden survives, neither a place in EXIF nor a script behind the last pixel.
 */
import { createHash } from "node:crypto";
import { type ObjectStorage, objectKey } from "../storage.ts";
import type { IngestFailure } from "./decode-image.ts";
import type { DigitalSourceType } from "./digital-source-type.ts";
import { readPicture } from "./read-picture.ts";
import { renderImage } from "./render-image.ts";

export interface IngestRequest {
  /** Untrusted. */
  readonly bytes: Buffer;
  /** Cap on `bytes`; the caller has kept to it while receiving. */
  readonly maxBytes: number;
  /** Written into every stored file; null for pictures that Atelier did not make. */
  readonly provenance: DigitalSourceType | null;
}

/** The columns of an image row that come from its file. */
export interface IngestedImage {
  /** Of the stored original, in hexadecimal: its identity. The same bytes in give the same hash. */
  readonly sha256: string;
  readonly mime: "image/png" | "image/jpeg" | "image/webp";
  /** Size of the stored original. */
  readonly bytes: number;
  /** Pixels, after turning the picture upright. */
  readonly width: number;
  readonly height: number;
  /** Base64. */
  readonly thumbhash: string;
  /** `#rrggbb`; transparent pictures as seen on white. */
  readonly dominantColour: string;
  /** Without a dot. */
  readonly extension: "png" | "jpg" | "webp";
}

export type IngestOutcome = { readonly ok: true; readonly image: IngestedImage } | IngestFailure;

const stored = {
  png: { mime: "image/png", extension: "png" },
  jpeg: { mime: "image/jpeg", extension: "jpg" },
  webp: { mime: "image/webp", extension: "webp" },
} as const;

/**
 * Checks, cleans, marks and stores one picture with its thumbnail and preview. CPU work of 0.1 s and more: for the worker.
 * A refused picture is a value with a sentence for its owner; a failing storage rejects.
 */
export async function ingestImage(
  { storage }: { readonly storage: ObjectStorage },
  { bytes, maxBytes, provenance }: IngestRequest,
): Promise<IngestOutcome> {
  const read = await readPicture(bytes, maxBytes);
  if (!read.ok) return read;

  const rendered = await renderImage(read.pixels, read.format, provenance);
  const { mime, extension } = stored[read.format];
  const sha256 = createHash("sha256").update(rendered.original).digest("hex");
  // The original first: a derived file without its original would be rubbish that nothing points at.
  await storage.put(objectKey(sha256, "original", extension), rendered.original, { contentType: mime });
  await storage.put(objectKey(sha256, "preview", extension), rendered.preview, { contentType: "image/webp" });
  await storage.put(objectKey(sha256, "thumb", extension), rendered.thumb, { contentType: "image/webp" });
  const { width, height } = read.pixels;
  const { thumbhash, dominantColour } = rendered;
  const size = rendered.original.length;
  return { ok: true, image: { sha256, mime, bytes: size, width, height, thumbhash, dominantColour, extension } };
}
