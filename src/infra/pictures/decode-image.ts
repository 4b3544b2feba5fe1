/** From checked first bytes to plain pixels: upright, sRGB, 8 bits, without metadata. */
import { type Sharp, sharp } from "../sharp.ts";
import type { StoredFormat } from "./magic-bytes.ts";
import { isAnimatedPng } from "./png-chunks.ts";

/** Why a picture is not taken. `message` is for its owner: what was found and what is allowed. */
export interface IngestFailure {
  readonly ok: false;
  readonly code:
    | "EMPTY"
    | "TOO_LARGE"
    | "NOT_AN_IMAGE"
    | "UNSUPPORTED_FORMAT"
    | "TOO_MANY_PIXELS"
    | "ANIMATED"
    | "DAMAGED";
  readonly message: string;
}

/** Rows from top to bottom, `channels` bytes per pixel. */
export interface Pixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
}

/** What a picture may measure. A 1 MB file can hold 100 megapixels, and each costs 3 or 4 bytes once decoded. */
const imageLimits = { pixels: 40_000_000, side: 8192, decodeSeconds: 20 } as const;

type Decoded = { readonly ok: true; readonly pixels: Pixels } | IngestFailure;

/** Judges the header, then decodes once. */
export async function decodeImage(bytes: Buffer, format: StoredFormat): Promise<Decoded> {
  // The default `failOn` stays: half a picture is not a picture.
  const image = sharp(bytes, { limitInputPixels: imageLimits.pixels, pages: 1 });
  return (await judgeHeader(image, bytes, format)) ?? decode(image);
}

async function judgeHeader(image: Sharp, bytes: Buffer, format: StoredFormat): Promise<IngestFailure | null> {
  const { pixels, side } = imageLimits;
  try {
    const { width, height, pages = 1 } = await image.metadata();
    if (pages > 1 || (format === "png" && isAnimatedPng(bytes))) {
      return refuse("ANIMATED", "The picture is animated. Only still pictures are allowed.");
    }
    if (width <= side && height <= side) return null;
    const message = `The picture measures ${width} × ${height} pixels; a side may have at most ${side}.`;
    return refuse("TOO_MANY_PIXELS", message);
  } catch (error) {
    if (!isPixelLimit(error)) return damaged;
    const message = `The picture has more than ${pixels / 1e6} million pixels; that is the most allowed.`;
    return refuse("TOO_MANY_PIXELS", message);
  }
}

async function decode(image: Sharp): Promise<Decoded> {
  try {
    const { data, info } = await image
      .timeout({ seconds: imageLimits.decodeSeconds })
      .autoOrient()
      .toColourspace("srgb")
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    if (channels !== 3 && channels !== 4) return damaged;
    return { ok: true, pixels: { data, width, height, channels } };
  } catch (error) {
    if (!(error instanceof Error && error.message.includes("timeout"))) return damaged;
    return refuse(
      "DAMAGED",
      `The picture could not be decoded within ${imageLimits.decodeSeconds} seconds. Save it again.`,
    );
  }
}

const damaged = refuse(
  "DAMAGED",
  "The picture is damaged or incomplete: its pixels cannot be decoded. Save or download it again.",
);

function isPixelLimit(error: unknown): boolean {
  return error instanceof Error && error.message.includes("exceeds pixel limit");
}

function refuse(code: IngestFailure["code"], message: string): IngestFailure {
  return { ok: false, code, message };
}
