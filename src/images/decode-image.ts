/** From checked first bytes to a picture that may be decoded: upright, sRGB, 8 bits, without metadata. */
import { type Sharp, sharp } from "../infra/sharp.ts";
import { decodeBudget, decodeBytesPerPixel, describeKind, type PictureHeader } from "./decode-cost.ts";
import type { StoredFormat } from "./magic-bytes.ts";
import { isAnimatedPng, withoutPngText } from "./png-chunks.ts";

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

/** What a picture may measure. A 1 MB file can hold 100 megapixels. */
const imageLimits = { pixels: 40_000_000, side: 8192, decodeSeconds: 20 } as const;

/** A picture whose header was found good. Its pixels may still be damaged. */
export interface OpenedPicture {
  readonly ok: true;
  readonly header: PictureHeader;
  /** The pixels on their way, decoded as somebody takes them; each call decodes anew. */
  readonly pixels: () => Sharp;
}

/** Judges the header. Nothing is decoded yet. */
export async function openPicture(bytes: Buffer, format: StoredFormat): Promise<OpenedPicture | IngestFailure> {
  if (format === "png" && isAnimatedPng(bytes)) return animated;
  const lean = format === "png" ? withoutPngText(bytes) : bytes;
  // The default `failOn` stays: half a picture is not a picture. Read in order, so that rows can be let go.
  const open = () => sharp(lean, { limitInputPixels: imageLimits.pixels, pages: 1, sequentialRead: true });
  const header = await readHeader(open(), format);
  if ("ok" in header) return header;
  return (
    judgeSize(header) ?? {
      ok: true,
      header,
      pixels: () => open().timeout({ seconds: imageLimits.decodeSeconds }).autoOrient().toColourspace("srgb"),
    }
  );
}

async function readHeader(image: Sharp, format: StoredFormat): Promise<PictureHeader | IngestFailure> {
  try {
    const found = await image.metadata();
    if ((found.pages ?? 1) > 1) return animated;
    return {
      ...{ format, width: found.width, height: found.height, channels: found.channels },
      depth: found.depth === "uchar" ? 1 : 2,
      isLayered: found.isProgressive,
      isTurned: (found.orientation ?? 1) > 1,
      isSubsampled: (found.chromaSubsampling ?? "").startsWith("4:2"),
      hasAlpha: found.hasAlpha,
    };
  } catch (error) {
    if (!(error instanceof Error && error.message.includes("exceeds pixel limit"))) return damaged;
    const message = `The picture has more than ${imageLimits.pixels / 1e6} million pixels; that is the most allowed.`;
    return refuse("TOO_MANY_PIXELS", message);
  }
}

function judgeSize(header: PictureHeader): IngestFailure | null {
  const { width, height } = header;
  const { side } = imageLimits;
  if (width > side || height > side) {
    const message = `The picture measures ${width} × ${height} pixels; a side may have at most ${side}.`;
    return refuse("TOO_MANY_PIXELS", message);
  }
  const most = decodeBudget / decodeBytesPerPixel(header);
  if (width * height <= most) return null;
  const millions = (pixels: number) => (Math.floor(pixels / 1e5) / 10).toString();
  const limit = `${describeKind(header)} it may have at most ${millions(most)} million`;
  const message = `The picture has ${millions(width * height)} million pixels; ${limit}. Save it smaller, or as a plain PNG or JPEG.`;
  return refuse("TOO_MANY_PIXELS", message);
}

/** What an error while the pixels were taken says about the picture. */
export function decodeFailure(error: unknown): IngestFailure {
  if (!(error instanceof Error && error.message.includes("timeout"))) return damaged;
  return refuse(
    "DAMAGED",
    `The picture could not be decoded within ${imageLimits.decodeSeconds} seconds. Save it again.`,
  );
}

const damaged = refuse(
  "DAMAGED",
  "The picture is damaged or incomplete: its pixels cannot be decoded. Save or download it again.",
);
const animated = refuse("ANIMATED", "The picture is animated. Only still pictures are allowed.");

function refuse(code: IngestFailure["code"], message: string): IngestFailure {
  return { ok: false, code, message };
}
