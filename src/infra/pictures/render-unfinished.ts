import { decodeFailure } from "./decode-image.ts";
import type { DigitalSourceType } from "./digital-source-type.ts";
import { withinPictureMemory } from "./picture-memory.ts";
import { provenanceXmp } from "./provenance.ts";
import { readPicture } from "./read-picture.ts";
import { renderingBytes } from "./render-image.ts";

/** Longest side of a preview of an unfinished picture, in pixels. */
const side = 512;
/** Largest preview that is looked at, in bytes. */
const maxBytes = 8 * 1024 * 1024;

/**
 * Makes a small WebP of an unfinished picture, decoded and encoded anew like every picture from outside. Null for whatever
 * cannot be read: the next one comes soon.
 */
export async function renderUnfinished(bytes: Buffer, provenance: DigitalSourceType): Promise<Buffer | null> {
  const picture = await readPicture(bytes, maxBytes);
  if (!picture.ok) return null;
  const small = () =>
    picture
      .pixels()
      .resize(side, side, { fit: "inside", withoutEnlargement: true })
      .webp({ quality: 70 })
      .withXmp(provenanceXmp(provenance))
      .toBuffer();
  const rendered = await withinPictureMemory(renderingBytes(picture.header, bytes.length), () =>
    small().catch(decodeFailure),
  );
  return "code" in rendered ? null : rendered;
}
