/**
 * The one way in for every picture: a provider's result, an upload, an import, an avatar.
 *
 * Bytes from outside are judged from cheap to dear (size, first bytes, header, full decode) and never stored as they came: what
 * is stored was encoded here, so nothing hidden survives, neither a place in EXIF nor a script behind the last pixel.
 */
import { createHash } from "node:crypto";
import type { DigitalSourceType } from "../image-providers/provider.ts";
import { type ObjectStorage, objectKey } from "../infra/storage.ts";
import { decodeImage, type IngestFailure } from "./decode-image.ts";
import { fileKind } from "./magic-bytes.ts";
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
  if (bytes.length === 0) return refuse("EMPTY", "The file is empty.");
  if (bytes.length > maxBytes) {
    return refuse("TOO_LARGE", `The file has ${megabytes(bytes.length)}; at most ${megabytes(maxBytes)} are allowed.`);
  }
  const found = fileKind(bytes);
  if (found.kind === "not-an-image") return refuse("NOT_AN_IMAGE", `This is ${found.label}. ${allowedFormats}`);
  if (found.kind === "other-image") return refuse("UNSUPPORTED_FORMAT", `This is ${found.label}. ${allowedFormats}`);
  const decoded = await decodeImage(bytes, found.format);
  if (!decoded.ok) return decoded;

  const rendered = await renderImage(decoded.pixels, found.format, provenance);
  const { mime, extension } = stored[found.format];
  const sha256 = createHash("sha256").update(rendered.original).digest("hex");
  // The original first: a derived file without its original would be rubbish that nothing points at.
  await storage.put(objectKey(sha256, "original", extension), rendered.original, { contentType: mime });
  await storage.put(objectKey(sha256, "preview", extension), rendered.preview, { contentType: "image/webp" });
  await storage.put(objectKey(sha256, "thumb", extension), rendered.thumb, { contentType: "image/webp" });
  const { width, height } = decoded.pixels;
  const { thumbhash, dominantColour } = rendered;
  const size = rendered.original.length;
  return { ok: true, image: { sha256, mime, bytes: size, width, height, thumbhash, dominantColour, extension } };
}

const allowedFormats = "PNG, JPEG and WebP pictures are allowed.";

function refuse(code: IngestFailure["code"], message: string): IngestFailure {
  return { ok: false, code, message };
}

function megabytes(bytes: number): string {
  return bytes < 100_000 ? `${bytes} bytes` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
