/** From an opened picture to the files that are kept, and to what a page shows before they load. */
import { rgbaToThumbHash } from "thumbhash";
import type { DigitalSourceType } from "../image-providers/provider.ts";
import { type Sharp, sharp } from "../infra/sharp.ts";
import { decodeBytesPerPixel, type PictureHeader } from "./decode-cost.ts";
import type { OpenedPicture } from "./decode-image.ts";
import type { StoredFormat } from "./magic-bytes.ts";
import { markPng, provenanceXmp } from "./provenance.ts";

/** The stored original. */
export interface RenderedOriginal {
  readonly content: Buffer;
  readonly format: StoredFormat;
  /** Pixels, upright. */
  readonly width: number;
  readonly height: number;
}

/** What is made from a stored original, and can be made from it again. */
export interface DerivedFiles {
  /** WebP, at most 1024 px. */
  readonly preview: Buffer;
  /** WebP, at most 256 px. */
  readonly thumb: Buffer;
  /** Base64. */
  readonly thumbhash: string;
  /** `#rrggbb`. */
  readonly dominantColour: string;
}

/** Rows from top to bottom, `channels` bytes per pixel. */
interface Pixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
}

const previewSide = 1024;
const thumbSide = 256;
/** ThumbHash takes no more than 100 px. */
const hashSide = 100;

/** What reading and encoding a WebP holds per pixel, as measured; a PNG or JPEG is written row by row. */
const webpBytesPerPixel = 28;
/** Larger WebP pictures are stored as JPEG, or as PNG where they are transparent: for the memory's sake. */
const mostWebpPixels = 3_500_000;
/** What making the smaller forms takes, whatever the picture's size. */
const derivingBytes = 32_000_000;

/** The format in which a picture is stored. */
function storedFormat({ format, width, height, hasAlpha }: PictureHeader): StoredFormat {
  if (format !== "webp" || width * height <= mostWebpPixels) return format;
  return hasAlpha ? "png" : "jpeg";
}

/** Most memory that rendering a file of `fileBytes` takes: its pixels as far as they are held, and what is read and written. */
export function renderingBytes(header: PictureHeader, fileBytes: number): number {
  const perPixel = storedFormat(header) === "webp" ? webpBytesPerPixel : decodeBytesPerPixel(header);
  return Math.max(derivingBytes, header.width * header.height * perPixel) + 3 * fileBytes;
}

/**
 * Decodes and encodes in one go, without ever holding all pixels. Near-lossless settings: what is stored is what will be
 * published, and perhaps encoded once more by a platform. Rejects when the pixels cannot be decoded.
 */
export async function renderOriginal(
  { pixels, header }: OpenedPicture,
  provenance: DigitalSourceType | null,
): Promise<RenderedOriginal> {
  const format = storedFormat(header);
  const { data, info } = await encoded(pixels(), format, provenance).toBuffer({ resolveWithObject: true });
  const content = format === "png" && provenance ? markPng(data, provenance) : data;
  return { content, format, width: info.width, height: info.height };
}

function encoded(image: Sharp, format: StoredFormat, provenance: DigitalSourceType | null): Sharp {
  if (format === "png") return image.png();
  if (format === "webp") return marked(image.webp({ quality: 92, smartSubsample: true }), provenance);
  // Better tables would save some 3 %, and hold all coefficients until the end: 6 bytes per pixel.
  const jpeg = { quality: 92, chromaSubsampling: "4:4:4", optimiseCoding: false };
  return marked(image.jpeg(jpeg), provenance);
}

/** @param original as stored: made here, so trusted. Each smaller form is made from the next larger one. */
export async function renderDerived(original: Buffer, provenance: DigitalSourceType | null): Promise<DerivedFiles> {
  const large = await toPixels(shrink(sharp(original, { sequentialRead: true }), previewSide));
  const preview = await encodeWebp(large, provenance);
  const small = await toPixels(shrink(fromPixels(large), thumbSide));
  const thumb = await encodeWebp(small, provenance);
  const tiny = await toPixels(shrink(fromPixels(small), hashSide));
  return { preview, thumb, thumbhash: await thumbhashOf(tiny), dominantColour: await dominantColourOf(tiny) };
}

function encodeWebp(pixels: Pixels, provenance: DigitalSourceType | null): Promise<Buffer> {
  return marked(fromPixels(pixels).webp({ quality: 80, smartSubsample: true }), provenance).toBuffer();
}

function marked(image: Sharp, provenance: DigitalSourceType | null): Sharp {
  return provenance ? image.withXmp(provenanceXmp(provenance)) : image;
}

const shrink = (image: Sharp, side: number) => image.resize(side, side, { fit: "inside", withoutEnlargement: true });

async function toPixels(image: Sharp): Promise<Pixels> {
  const { data, info } = await image.toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels !== 3 && channels !== 4) throw new Error(`A stored picture has ${channels} channels.`);
  return { data, width, height, channels };
}

async function thumbhashOf(pixels: Pixels): Promise<string> {
  const { width, height } = pixels;
  const rgba = await fromPixels(pixels).ensureAlpha().raw().toBuffer();
  return Buffer.from(rgbaToThumbHash(width, height, rgba)).toString("base64");
}

async function dominantColourOf(pixels: Pixels): Promise<string> {
  // `stats` reads its input and ignores operations, so transparency is resolved in a step of its own.
  const data = await fromPixels(pixels).flatten({ background: "#ffffff" }).raw().toBuffer();
  const { dominant } = await fromPixels({ ...pixels, data, channels: 3 }).stats();
  return `#${[dominant.r, dominant.g, dominant.b].map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

function fromPixels({ data, width, height, channels }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}
