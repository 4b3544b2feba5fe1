/**
 * The one way in for every picture: a provider's result, an upload, an import, an avatar.
 *
 * Bytes from outside are judged from cheap to dear (size, first bytes, header, full decode) and never stored as they came: what
 * is stored was encoded here, so nothing hidden survives, neither a place in EXIF nor a script behind the last pixel.
 */
import { createHash } from "node:crypto";
import { type ObjectStorage, objectKey } from "../storage.ts";
import { decodeFailure, type IngestFailure, type OpenedPicture } from "./decode-image.ts";
import type { DigitalSourceType } from "./digital-source-type.ts";
import { withinPictureMemory } from "./picture-memory.ts";
import { readPicture } from "./read-picture.ts";
import {
  type DerivedFiles,
  type RenderedOriginal,
  renderDerived,
  renderingBytes,
  renderOriginal,
} from "./render-image.ts";

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
  const picture = await readPicture(bytes, maxBytes);
  if (!picture.ok) return picture;

  const rendered = await withinPictureMemory(renderingBytes(picture.header, bytes.length), () =>
    render(picture, provenance),
  );
  if (!rendered.ok) return rendered;
  const { content, format, width, height } = rendered.original;
  const { preview, thumb, thumbhash, dominantColour } = rendered.derived;
  const { mime, extension } = stored[format];
  const sha256 = createHash("sha256").update(content).digest("hex");
  // The original first: a derived file without its original would be rubbish that nothing points at.
  await storage.put(objectKey(sha256, "original", extension), content, { contentType: mime });
  await storage.put(objectKey(sha256, "preview", extension), preview, { contentType: "image/webp" });
  await storage.put(objectKey(sha256, "thumb", extension), thumb, { contentType: "image/webp" });
  const image = { sha256, mime, bytes: content.length, width, height, thumbhash, dominantColour, extension };
  return { ok: true, image };
}

type Rendered = { readonly ok: true; readonly original: RenderedOriginal; readonly derived: DerivedFiles };

async function render(picture: OpenedPicture, provenance: DigitalSourceType | null): Promise<Rendered | IngestFailure> {
  const original = await renderOriginal(picture, provenance).catch(decodeFailure);
  if ("code" in original) return original;
  return { ok: true, original, derived: await renderDerived(original.content, provenance) };
}
