/** The first half of taking a picture in: a stranger's bytes, judged from cheap to dear. */
import { type IngestFailure, type OpenedPicture, openPicture } from "./decode-image.ts";
import { fileKind } from "./magic-bytes.ts";

const allowedFormats = "PNG, JPEG and WebP pictures are allowed.";

/** Size, first bytes, header, in this order; its pixels may still be damaged. A refused picture is a value with a sentence for its owner. */
export async function readPicture(bytes: Buffer, maxBytes: number): Promise<OpenedPicture | IngestFailure> {
  if (bytes.length === 0) return refuse("EMPTY", "The file is empty.");
  if (bytes.length > maxBytes) return tooLarge(bytes.length, maxBytes);
  const found = fileKind(bytes);
  if (found.kind === "not-an-image") return refuse("NOT_AN_IMAGE", `This is ${found.label}. ${allowedFormats}`);
  if (found.kind === "other-image") return refuse("UNSUPPORTED_FORMAT", `This is ${found.label}. ${allowedFormats}`);
  return openPicture(bytes, found.format);
}

/** What is said of a file of too many bytes, also by those who know its size before they have read it. */
export function tooLarge(bytes: number, maxBytes: number): IngestFailure {
  return refuse("TOO_LARGE", `The file has ${megabytes(bytes)}; at most ${megabytes(maxBytes)} are allowed.`);
}

function refuse(code: IngestFailure["code"], message: string): IngestFailure {
  return { ok: false, code, message };
}

function megabytes(bytes: number): string {
  return bytes < 100_000 ? `${bytes} bytes` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
