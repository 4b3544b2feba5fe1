/** From plain pixels to the files that are kept, and to what a page shows before they load. */
import { rgbaToThumbHash } from "thumbhash";
import { type Sharp, sharp } from "../sharp.ts";
import type { Pixels } from "./decode-image.ts";
import type { DigitalSourceType } from "./digital-source-type.ts";
import type { StoredFormat } from "./magic-bytes.ts";
import { markPng, provenanceXmp } from "./provenance.ts";

export interface RenderedImage {
  readonly original: Buffer;
  /** WebP, at most 1024 px. */
  readonly preview: Buffer;
  /** WebP, at most 256 px. */
  readonly thumb: Buffer;
  /** Base64. */
  readonly thumbhash: string;
  /** `#rrggbb`. */
  readonly dominantColour: string;
}

const previewSide = 1024;
const thumbSide = 256;
/** ThumbHash takes no more than 100 px. */
const hashSide = 100;

/** Encodes one picture in all its forms. Each smaller form is made from the next larger one, so the original is decoded once. */
export async function renderImage(
  pixels: Pixels,
  format: StoredFormat,
  provenance: DigitalSourceType | null,
): Promise<RenderedImage> {
  const original = await encodeOriginal(pixels, format, provenance);
  const large = await shrink(pixels, previewSide);
  const preview = await encodeWebp(large, 80, provenance);
  const small = await shrink(large, thumbSide);
  const thumb = await encodeWebp(small, 80, provenance);
  const tiny = await shrink(small, hashSide);
  return { original, preview, thumb, thumbhash: await thumbhashOf(tiny), dominantColour: await dominantColourOf(tiny) };
}

/** Near-lossless settings: what is stored is what will be published, and perhaps encoded once more by a platform. */
async function encodeOriginal(pixels: Pixels, format: StoredFormat, provenance: DigitalSourceType | null) {
  if (format === "webp") return encodeWebp(pixels, 92, provenance);
  if (format === "jpeg") {
    return marked(fromPixels(pixels).jpeg({ quality: 92, chromaSubsampling: "4:4:4" }), provenance).toBuffer();
  }
  const png = await fromPixels(pixels).png().toBuffer();
  return provenance ? markPng(png, provenance) : png;
}

function encodeWebp(pixels: Pixels, quality: number, provenance: DigitalSourceType | null): Promise<Buffer> {
  return marked(fromPixels(pixels).webp({ quality, smartSubsample: true }), provenance).toBuffer();
}

function marked(image: Sharp, provenance: DigitalSourceType | null): Sharp {
  return provenance ? image.withXmp(provenanceXmp(provenance)) : image;
}

/** Never enlarges. */
async function shrink(pixels: Pixels, side: number): Promise<Pixels> {
  if (Math.max(pixels.width, pixels.height) <= side) return pixels;
  const resized = fromPixels(pixels).resize(side, side, { fit: "inside" });
  const { data, info } = await resized.raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: pixels.channels };
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
