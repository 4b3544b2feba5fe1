/**
 * Reading and adding chunks of a PNG file: 8 bytes of signature, then chunks of length, type, data and CRC-32 over type and
 * data (W3C PNG specification, third edition, §5).
 */
import { crc32 } from "node:zlib";

const signatureLength = 8;
/** The signature and IHDR, which is always first and always 13 bytes. */
const headLength = signatureLength + 12 + 13;

export interface PngChunk {
  /** Four letters, such as `IDAT`. */
  readonly type: string;
  readonly data: Buffer;
}

/** As it stands in the file, with length, type and checksum. */
interface FoundPngChunk extends PngChunk {
  readonly whole: Buffer;
}

/** The chunks in order, up to IEND or to where the file breaks off. Checksums are not checked. */
export function* pngChunks(png: Buffer): Generator<FoundPngChunk, void> {
  for (let offset = signatureLength; offset + 12 <= png.length; ) {
    const length = png.readUInt32BE(offset);
    if (offset + 12 + length > png.length) return;
    const type = png.toString("latin1", offset + 4, offset + 8);
    const data = png.subarray(offset + 8, offset + 8 + length);
    yield { type, data, whole: png.subarray(offset, offset + 12 + length) };
    if (type === "IEND") return;
    offset += 12 + length;
  }
}

/** A copy of `png` with one more chunk right after IHDR. */
export function withPngChunk(png: Buffer, { type, data }: PngChunk): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([
    png.subarray(0, headLength),
    frame.subarray(0, 4),
    body,
    frame.subarray(4),
    png.subarray(headLength),
  ]);
}

/** What decides about pixels and their colours, and EXIF, which may say how the picture was held. */
const neededChunks: ReadonlySet<string> = new Set([
  ...["IHDR", "PLTE", "tRNS", "IDAT", "IEND", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "sBIT", "eXIf"],
]);
/** No camera writes more EXIF: JPEG has no room for it. */
const mostExif = 65_536;
const mostText = 65_536;

/**
 * The same picture without texts and unknown chunks where they are large: decoders keep and unpack them, several times over,
 * though nobody reads them here. A few kilobytes stay, which spares the copy.
 */
export function withoutPngText(png: Buffer): Buffer {
  const kept: Buffer[] = [png.subarray(0, signatureLength)];
  let dropped = 0;
  for (const { type, data, whole } of pngChunks(png)) {
    if (neededChunks.has(type) && (type !== "eXIf" || data.length <= mostExif)) kept.push(whole);
    else dropped += whole.length;
  }
  return dropped > mostText ? Buffer.concat(kept) : png;
}

/** Whether the file is an animated PNG: its `acTL` chunk stands before the first IDAT (§11.3.6.1). */
export function isAnimatedPng(png: Buffer): boolean {
  for (const { type } of pngChunks(png)) {
    if (type === "acTL") return true;
    if (type === "IDAT") return false;
  }
  return false;
}
