/**
 * What a file is, by its first bytes. Names and content types are claims; only this decides which decoder may see the bytes.
 */

export type StoredFormat = "png" | "jpeg" | "webp";

/** `label` says in words what was found, as the object of "this is …". */
export type FileKind =
  | { readonly kind: "accepted"; readonly format: StoredFormat }
  | { readonly kind: "other-image"; readonly label: string }
  | { readonly kind: "not-an-image"; readonly label: string };

type Signature = readonly [FileKind, (head: Buffer, text: string) => boolean];

const accepted = (format: StoredFormat): FileKind => ({ kind: "accepted", format });
const otherImage = (label: string): FileKind => ({ kind: "other-image", label });
const notAnImage = (label: string): FileKind => ({ kind: "not-an-image", label });
const bytesAt = (offset: number, hex: string) => (head: Buffer) =>
  head.subarray(offset, offset + hex.length / 2).toString("hex") === hex;
const brand = (pattern: RegExp) => (head: Buffer) =>
  head.toString("latin1", 4, 8) === "ftyp" && pattern.test(head.toString("latin1", 8, 12));

/** In order: the first that fits counts. `text` is the head as lower-case text without leading white space. */
const signatures: readonly Signature[] = [
  [accepted("png"), bytesAt(0, "89504e470d0a1a0a")],
  [accepted("jpeg"), bytesAt(0, "ffd8ff")],
  [accepted("webp"), (head) => bytesAt(0, "52494646")(head) && bytesAt(8, "57454250")(head)],
  [otherImage("a GIF picture"), bytesAt(0, "47494638")],
  [otherImage("an AVIF picture"), brand(/^avi[fs]$/)],
  [otherImage("a HEIC picture"), brand(/^(hei[cxms]|hev[cxms]|mif1|msf1)$/)],
  [otherImage("a JPEG XL picture"), (head) => bytesAt(0, "ff0a")(head) || bytesAt(4, "4a584c20")(head)],
  [otherImage("a TIFF picture"), (head) => bytesAt(0, "49492a00")(head) || bytesAt(0, "4d4d002a")(head)],
  [otherImage("a BMP picture"), (head) => bytesAt(0, "424d")(head) && bytesAt(6, "00000000")(head)],
  [otherImage("an icon file"), bytesAt(0, "00000100")],
  [otherImage("an SVG drawing"), (_head, text) => /^<svg|^<\?xml[^]*<svg|^<!doctype svg/.test(text)],
  [notAnImage("a web page"), (_head, text) => /^<!doctype html|^<html|^<head|^<body/.test(text)],
  [notAnImage("an XML document"), (_head, text) => text.startsWith("<")],
  [notAnImage("a JSON document"), (_head, text) => /^[{[]/.test(text)],
  [notAnImage("a PDF document"), (_head, text) => text.startsWith("%pdf")],
  [notAnImage("an archive"), (head) => bytesAt(0, "504b0304")(head) || bytesAt(0, "1f8b")(head)],
  [notAnImage("text"), (_head, text) => text !== "" && !/[^\P{Cc}\s]|\ufffd/u.test(text)],
];

/** Names the kind of a file from its bytes; the whole file may be handed in, only the first 512 bytes are read. */
export function fileKind(bytes: Uint8Array): FileKind {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 512));
  const text = new TextDecoder("utf-8").decode(head, { stream: true }).trimStart().toLowerCase();
  const found = signatures.find(([, matches]) => matches(head, text));
  return found?.[0] ?? notAnImage("an unknown kind of file");
}
