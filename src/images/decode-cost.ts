/**
 * How much memory decoding a picture takes, told from its header, so that it is refused before it is paid for.
 *
 * Most pictures flow through the decoder row by row. Some cannot: a progressive JPEG and an interlaced PNG come as layers over
 * the whole picture, a sideways one is read in the wrong order, and the WebP decoder always wants it all. Bytes per pixel as
 * measured with libvips 8.18 (the peak of a process of its own, above idle).
 */
import type { StoredFormat } from "./magic-bytes.ts";

/** What a header says, as sharp's `metadata` reads it. */
export interface PictureHeader {
  readonly format: StoredFormat;
  /** Pixels, as stored. */
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Bytes of one channel of one pixel. */
  readonly depth: 1 | 2;
  /** Progressive JPEG or interlaced PNG. */
  readonly isLayered: boolean;
  /** Whether EXIF says that it lies on its side or is mirrored. */
  readonly isTurned: boolean;
  /** A JPEG whose colours have half the resolution. */
  readonly isSubsampled: boolean;
  readonly hasAlpha: boolean;
}

/** Most bytes that one picture may take while it is decoded. What is read, written and made smaller comes on top. */
export const decodeBudget = 90_000_000;

/** Bytes that each pixel takes while the picture is decoded. */
export function decodeBytesPerPixel(header: PictureHeader): number {
  const { format, channels, depth, isLayered, isTurned, isSubsampled, hasAlpha } = header;
  const turned = isTurned ? channels * depth : 0;
  if (format === "webp") return (hasAlpha ? 10 : 8) + turned;
  if (format === "png") return isLayered ? channels * depth + turned : turned;
  // The layers are coefficients of two bytes.
  return (isLayered ? channels * 2 * (isSubsampled ? 0.5 : 1) : 0) + turned;
}

/** What such a picture is called in a sentence: "as a progressive JPEG". */
export function describeKind({ format, isLayered, isTurned }: PictureHeader): string {
  const layers = isLayered ? { png: "an interlaced ", jpeg: "a progressive ", webp: "a " }[format] : "a ";
  const name = { png: "PNG", jpeg: "JPEG", webp: "WebP" }[format];
  return `as ${layers}${name}${isTurned ? " that lies on its side" : ""}`;
}
