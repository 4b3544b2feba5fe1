/** Pictures that somebody built to do harm, or that went wrong on their way; each small itself. */
import { deflateSync } from "node:zlib";
import { withPngChunk } from "../../src/images/png-chunks.ts";
import { sharp } from "../../src/infra/sharp.ts";
import { canvas } from "./ingest.ts";

/** A file, and how it must be refused; null: it is taken, cleaned. */
export interface BadPicture {
  readonly bytes: Buffer;
  readonly code: string | null;
}

/** Frames of the animations. */
const frameCount = 5_000;

/** All of them, by what they are. */
export async function badPictures(): Promise<Readonly<Record<string, BadPicture>>> {
  const png = await canvas(64, 64).png().toBuffer();
  const jpeg = await canvas(64, 64).jpeg().toBuffer();
  const webp = await canvas(64, 64).webp().withXmp("<x/>").toBuffer();
  const bomb = await canvas(12_000, 12_000).png({ compressionLevel: 9 }).toBuffer();
  const zeros = deflateSync(Buffer.alloc(100_000_000), { level: 9 });
  const text = (type: string, keyword: string, data: Buffer) => ({
    type,
    data: Buffer.concat([Buffer.from(`${keyword}\0${type === "tEXt" ? "" : "\0"}`), data]),
  });
  const sparse = Buffer.from(bomb);
  // A header that promises more pixels than the file can have.
  sparse.writeUInt32BE(2 ** 31 - 1, 16);
  return {
    "no bytes": { bytes: Buffer.alloc(0), code: "EMPTY" },
    "a pixel bomb": { bytes: bomb, code: "TOO_MANY_PIXELS" },
    "a bomb in layers": { bytes: await layeredBomb(), code: "TOO_MANY_PIXELS" },
    "a lying header": { bytes: sparse, code: "DAMAGED" },
    "half a picture": { bytes: jpeg.subarray(0, jpeg.length / 2), code: "DAMAGED" },
    "a header alone": { bytes: png.subarray(0, 33), code: "DAMAGED" },
    "first bytes alone": { bytes: Buffer.from("ffd8ffe0", "hex"), code: "DAMAGED" },
    "another picture's first bytes": { bytes: Buffer.concat([png.subarray(0, 8), jpeg]), code: "DAMAGED" },
    "a web page": { bytes: Buffer.from("<!doctype html><title>Sign in</title>"), code: "NOT_AN_IMAGE" },
    "an answer in JSON": { bytes: Buffer.from('{"error":"quota"}'), code: "NOT_AN_IMAGE" },
    "a program": { bytes: Buffer.from("7f454c46020101", "hex"), code: "NOT_AN_IMAGE" },
    "a drawing that is a script": { bytes: Buffer.from("<svg><script>1</script></svg>"), code: "UNSUPPORTED_FORMAT" },
    "5,000 frames of PNG": { bytes: withPngChunk(png, { type: "acTL", data: frames(frameCount) }), code: "ANIMATED" },
    "5,000 frames of WebP": { bytes: await animatedWebp(), code: "ANIMATED" },
    "an archive behind the picture": { bytes: Buffer.concat([png, Buffer.from("PK\x03\x04"), zeros]), code: null },
    "a page in front of the pixels": {
      bytes: withPngChunk(png, text("tEXt", "Comment", Buffer.from("<script>alert(1)</script>"))),
      code: null,
    },
    "texts that unpack to 100 MB each": { bytes: repeated(png, 20, text("zTXt", "Comment", zeros)), code: null },
    "30 MB of text": { bytes: repeated(png, 30, text("tEXt", "Comment", Buffer.alloc(1_000_000, "x"))), code: null },
    "a colour profile that unpacks to 100 MB": {
      bytes: withPngChunk(png, text("iCCP", "profile", zeros)),
      code: null,
    },
    "30 MB of EXIF in PNG": { bytes: withPngChunk(png, { type: "eXIf", data: exif(30_000_000) }), code: null },
    "20 MB of EXIF in JPEG": { bytes: jpegWithExif(jpeg, 320), code: null },
    "20 MB of EXIF in WebP": { bytes: webpWithExif(webp, exif(20_000_000)), code: null },
  };
}

/** Interlaced, so that no row is there before the last layer; 36 megapixels with four channels. */
const layeredBomb = () =>
  canvas(6_000, 6_000).ensureAlpha(0.5).png({ progressive: true, compressionLevel: 9 }).toBuffer();

async function animatedWebp(): Promise<Buffer> {
  const [red, blue] = await Promise.all(
    ["red", "blue"].map((background) =>
      sharp({ create: { width: 8, height: 8, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  );
  const all = Array.from({ length: frameCount }, (_, index) => (index % 2 === 0 ? red : blue) ?? Buffer.alloc(0));
  return sharp(all, { join: { animated: true } })
    .webp({ effort: 0 })
    .toBuffer();
}

function frames(count: number): Buffer {
  const control = Buffer.alloc(8);
  control.writeUInt32BE(count, 0);
  return control;
}

function repeated(png: Buffer, times: number, chunk: { type: string; data: Buffer }): Buffer {
  const one = withPngChunk(png, chunk);
  const added = one.subarray(33, one.length - (png.length - 33));
  return Buffer.concat([png.subarray(0, 33), ...Array.from({ length: times }, () => added), png.subarray(33)]);
}

const exif = (bytes: number) => Buffer.concat([Buffer.from("MM\0*\0\0\0\b\0\0"), Buffer.alloc(bytes, "x")]);

function jpegWithExif(jpeg: Buffer, segments: number): Buffer {
  const data = Buffer.concat([Buffer.from("Exif\0\0"), exif(65_000)]);
  const segment = Buffer.concat([Buffer.from([0xff, 0xe1, (data.length + 2) >> 8, (data.length + 2) & 255]), data]);
  return Buffer.concat([jpeg.subarray(0, 2), ...Array.from({ length: segments }, () => segment), jpeg.subarray(2)]);
}

function webpWithExif(webp: Buffer, data: Buffer): Buffer {
  const head = Buffer.from("EXIF\0\0\0\0");
  head.writeUInt32LE(data.length, 4);
  const file = Buffer.concat([webp, head, data]);
  file.writeUInt32LE(file.length - 8, 4);
  // The EXIF flag of VP8X.
  file[20] = (file[20] ?? 0) | 8;
  return file;
}
