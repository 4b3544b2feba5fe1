/** The first half of taking a picture in: a stranger's bytes, judged from cheap to dear. */
import { type IngestFailure, type OpenedPicture, openPicture } from "./decode-image.ts";
import { fileKind, type StoredFormat } from "./magic-bytes.ts";

const allowedFormats = "PNG, JPEG and WebP pictures are allowed.";

/** Size, first bytes, header, in this order; its pixels may still be damaged. A refused picture is a value with a sentence for its owner. */
export async function readPicture(bytes: Buffer, maxBytes: number): Promise<OpenedPicture | IngestFailure> {
  const judged = judgeStart({ size: bytes.length, head: bytes }, maxBytes);
  return judged.ok ? openPicture(bytes, judged.format) : judged;
}

/** A file of which only the beginning was read. */
export interface FileStart {
  /** Bytes of the whole file. */
  readonly size: number;
  /** Its first 512 bytes, or more. */
  readonly head: Uint8Array;
}

/** The cheapest judgement: by size and first bytes alone. What passes may still be no picture behind its beginning. */
export function judgeStart(
  { size, head }: FileStart,
  maxBytes: number,
): { readonly ok: true; readonly format: StoredFormat } | IngestFailure {
  if (size === 0) return refuse("EMPTY", "The file is empty.");
  if (size > maxBytes) return tooLarge(size, maxBytes);
  const found = fileKind(head);
  if (found.kind === "not-an-image") return refuse("NOT_AN_IMAGE", `This is ${found.label}. ${allowedFormats}`);
  if (found.kind === "other-image") return refuse("UNSUPPORTED_FORMAT", `This is ${found.label}. ${allowedFormats}`);
  return { ok: true, format: found.format };
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
