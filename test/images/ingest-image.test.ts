import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { crc32 } from "node:zlib";
import t, { type Test } from "tap";
import { thumbHashToApproximateAspectRatio } from "thumbhash";
import { type IngestRequest, ingestImage } from "../../src/images/ingest-image.ts";
import { pngChunks, withPngChunk } from "../../src/images/png-chunks.ts";
import { createDiskStorage } from "../../src/infra/disk-storage.ts";
import { sharp } from "../../src/infra/sharp.ts";
import { objectKey } from "../../src/infra/storage.ts";

const orange = { r: 240, g: 120, b: 16 };
const canvas = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: orange } });
const made = "http://cv.iptc.org/newscodes/digitalsourcetype/";

async function setUp(t: Test) {
  const storage = await createDiskStorage({ folder: t.testdir() });
  const keys = async () => {
    const found: string[] = [];
    for await (const { key } of storage.list("")) found.push(key);
    return found.sort();
  };
  return {
    storage,
    keys,
    ingest: (bytes: Buffer, options: Partial<IngestRequest> = {}) =>
      ingestImage({ storage }, { bytes, maxBytes: 10_000_000, provenance: null, ...options }),
    async accept(bytes: Buffer, options: Partial<IngestRequest> = {}) {
      const outcome = await ingestImage({ storage }, { bytes, maxBytes: 10_000_000, provenance: null, ...options });
      if (!outcome.ok) throw new Error(outcome.message);
      const read = async (variant: "original" | "preview" | "thumb") => {
        const opened = await storage.open(objectKey(outcome.image.sha256, variant, outcome.image.extension));
        if (!opened) throw new Error(`no ${variant}`);
        return buffer(opened.stream);
      };
      return {
        image: outcome.image,
        original: await read("original"),
        preview: await read("preview"),
        thumb: await read("thumb"),
      };
    },
  };
}

t.test("a picture keeps its format and gains a preview, a thumbnail, a hash and a colour", async (t) => {
  for (const [format, mime, extension] of [
    ["png", "image/png", "png"],
    ["jpeg", "image/jpeg", "jpg"],
    ["webp", "image/webp", "webp"],
  ] as const) {
    const { accept, keys } = await setUp(t);
    const { image, original, preview, thumb } = await accept(await canvas(1600, 800).toFormat(format).toBuffer());
    t.match(image, { mime, extension, width: 1600, height: 800, bytes: original.length });
    t.equal(image.sha256, createHash("sha256").update(original).digest("hex"));
    t.match(await sharp(original).metadata(), { format, width: 1600, height: 800 });
    t.match(await sharp(preview).metadata(), { format: "webp", width: 1024, height: 512 });
    t.match(await sharp(thumb).metadata(), { format: "webp", width: 256, height: 128 });
    t.match(image.dominantColour, /^#[ef][0-9a-f][78][0-9a-f][01][0-9a-f]$/);
    t.match(thumbHashToApproximateAspectRatio(Buffer.from(image.thumbhash, "base64")), 7 / 4);
    t.equal((await keys()).length, 3);
  }
});

t.test("a small picture is not enlarged", async (t) => {
  const { image, preview, thumb } = await (await setUp(t)).accept(await canvas(40, 30).png().toBuffer());
  t.match(image, { width: 40, height: 30 });
  t.match(await sharp(preview).metadata(), { width: 40, height: 30 });
  t.match(await sharp(thumb).metadata(), { width: 40, height: 30 });
});

t.test("transparency survives; the dominant colour is the one seen on white", async (t) => {
  const clear = sharp({ create: { width: 200, height: 200, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } });
  const { image, original, thumb } = await (await setUp(t)).accept(await clear.png().toBuffer());
  t.equal((await sharp(original).metadata()).hasAlpha, true);
  t.equal((await sharp(thumb).metadata()).hasAlpha, true);
  t.match(image.dominantColour, /^#f[0-9a-f]f[0-9a-f]f[0-9a-f]$/);
});

t.test("grey, 16-bit and CMYK pictures become 8-bit sRGB", async (t) => {
  const { accept } = await setUp(t);
  const pictures = [
    await canvas(20, 20).toColourspace("b-w").png().toBuffer(),
    await canvas(20, 20).toColourspace("rgb16").png().toBuffer(),
    await canvas(20, 20).toColourspace("cmyk").jpeg().toBuffer(),
  ];
  for (const picture of pictures) {
    const { original } = await accept(picture);
    t.match(await sharp(original).metadata(), { space: "srgb", depth: "uchar", channels: 3, hasProfile: false });
  }
});

t.test("the same bytes give the same hash and no second file", async (t) => {
  const { accept, keys } = await setUp(t);
  const bytes = await canvas(300, 200).jpeg().toBuffer();
  const first = await accept(bytes, { provenance: "algorithmicMedia" });
  const second = await accept(bytes, { provenance: "algorithmicMedia" });
  t.strictSame(second.image, first.image);
  t.equal((await keys()).length, 3);
});

t.test("provenance can be read from every stored file", async (t) => {
  const { accept } = await setUp(t);
  for (const format of ["png", "jpeg", "webp"] as const) {
    const bytes = await canvas(64, 64).toFormat(format).toBuffer();
    for (const provenance of ["trainedAlgorithmicMedia", "algorithmicMedia"] as const) {
      const { original, preview, thumb } = await accept(bytes, { provenance });
      for (const file of [original, preview, thumb]) {
        const xmp = (await sharp(file).metadata()).xmp?.toString() ?? "";
        t.match(xmp, `Iptc4xmpExt:DigitalSourceType="${made}${provenance}"`);
        t.match(xmp, 'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"');
      }
    }
    const unmarked = await accept(bytes);
    t.equal((await sharp(unmarked.original).metadata()).xmp, undefined, "nothing is claimed for other pictures");
  }
});

t.test("a PNG carries it in an uncompressed iTXt chunk right after IHDR, with a right checksum", async (t) => {
  const { accept } = await setUp(t);
  const { original } = await accept(await canvas(64, 64).png().toBuffer(), { provenance: "trainedAlgorithmicMedia" });
  t.strictSame(
    [...new Set([...pngChunks(original)].map((chunk) => chunk.type))].filter((type) => type !== "pHYs"),
    ["IHDR", "iTXt", "IDAT", "IEND"],
  );
  const length = original.readUInt32BE(33);
  const body = original.subarray(37, 41 + length);
  t.equal(body.toString("latin1", 0, 26), "iTXtXML:com.adobe.xmp\0\0\0\0\0");
  t.match(body.toString("utf8", 26), /^<\?xpacket begin="\ufeff"[^]*<\?xpacket end="r"\?>$/);
  t.equal(original.readUInt32BE(41 + length), crc32(body));
});

t.test("a JPEG and a WebP carry it where readers look", async (t) => {
  const { accept } = await setUp(t);
  const provenance = "trainedAlgorithmicMedia";
  const jpeg = await accept(await canvas(64, 64).jpeg().toBuffer(), { provenance });
  t.ok(jpeg.original.includes("http://ns.adobe.com/xap/1.0/\0"));
  const webp = await accept(await canvas(64, 64).webp().toBuffer(), { provenance });
  t.ok(webp.original.includes("VP8X") && webp.original.includes("XMP "));
});

t.test("places, comments and trailing data are dropped", async (t) => {
  const { accept } = await setUp(t);
  const secret = "48 deg 51 SECRET";
  const withPlace = await canvas(64, 64)
    .withExif({ IFD0: { Copyright: secret }, IFD3: { GPSLatitudeRef: "N", GPSLatitude: "48/1 51/1 0/1" } })
    .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/">${secret}</x:xmpmeta>`)
    .jpeg()
    .toBuffer();
  t.ok(withPlace.includes(secret));
  const png = withPngChunk(await canvas(64, 64).png().toBuffer(), {
    type: "tEXt",
    data: Buffer.from(`Comment\0${secret}`),
  });
  const polyglots = [withPlace, png, await canvas(64, 64).webp().toBuffer()].map((bytes) =>
    Buffer.concat([bytes, Buffer.from(`PK\x03\x04<script>${secret}</script>`)]),
  );
  for (const bytes of polyglots) {
    const { original, preview, thumb } = await accept(bytes);
    for (const file of [original, preview, thumb]) t.notOk(file.includes("SECRET") || file.includes("<script>"));
    t.match(await sharp(original).metadata(), { exif: undefined, xmp: undefined });
  }
});

t.test("a picture taken sideways is turned upright", async (t) => {
  const { accept } = await setUp(t);
  const top = await canvas(40, 20).extend({ bottom: 20, background: "#000080" }).png().toBuffer();
  const { image, original } = await accept(
    await sharp(top).resize(60, 40, { fit: "fill" }).withMetadata({ orientation: 6 }).png().toBuffer(),
  );
  t.match(image, { width: 40, height: 60 });
  t.equal((await sharp(original).metadata()).orientation, undefined);
  const { data, info } = await sharp(original).raw().toBuffer({ resolveWithObject: true });
  t.strictSame([data[0], data[(info.width - 1) * info.channels]], [0, 240], "the top edge is now on the right");
});

t.test("what is no picture, or not one of ours, is named", async (t) => {
  const { ingest, keys } = await setUp(t);
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  t.match(await ingest(svg), { ok: false, code: "UNSUPPORTED_FORMAT", message: /SVG drawing.*PNG, JPEG and WebP/ });
  t.match(await ingest(await canvas(9, 9).gif().toBuffer()), { code: "UNSUPPORTED_FORMAT", message: /GIF/ });
  t.match(await ingest(Buffer.from("I am a cat.png, honestly")), { code: "NOT_AN_IMAGE", message: /This is text/ });
  t.match(await ingest(Buffer.from("<html>login</html>")), { code: "NOT_AN_IMAGE", message: /a web page/ });
  t.match(await ingest(Buffer.alloc(0)), { code: "EMPTY" });
  t.strictSame(await keys(), []);
});

t.test("behind the first bytes, sharp itself reads nothing else", async (t) => {
  await t.rejects(sharp(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')).metadata());
  await t.rejects(sharp(await canvas(9, 9).gif().toBuffer()).metadata());
  await t.rejects(sharp(await canvas(9, 9).tiff().toBuffer()).metadata());
});

t.test("a file over the cap is refused with both numbers", async (t) => {
  const { ingest } = await setUp(t);
  const bytes = await canvas(64, 64).png().toBuffer();
  t.match(await ingest(bytes, { maxBytes: bytes.length }), { ok: true });
  const message = `The file has ${bytes.length} bytes; at most 99 bytes are allowed.`;
  t.strictSame(await ingest(bytes, { maxBytes: 99 }), { ok: false, code: "TOO_LARGE", message });
});

t.test("damaged pictures are refused and leave nothing", async (t) => {
  const { ingest, keys } = await setUp(t);
  const noise = sharp({
    create: { width: 200, height: 200, channels: 3, noise: { type: "gaussian", mean: 128, sigma: 40 } },
  });
  for (const format of ["png", "jpeg", "webp"] as const) {
    const whole = await noise.clone().toFormat(format).toBuffer();
    for (const part of [0.9, 0.5]) {
      t.match(
        await ingest(whole.subarray(0, whole.length * part)),
        { ok: false, code: "DAMAGED" },
        `${format} ${part}`,
      );
    }
    t.match(await ingest(whole.subarray(0, 20)), { ok: false, code: "DAMAGED" }, format);
  }
  t.strictSame(await keys(), []);
});

t.test("a pixel bomb is refused by its header", async (t) => {
  const { ingest } = await setUp(t);
  const bomb = await canvas(7000, 7000).png({ compressionLevel: 9 }).toBuffer();
  t.ok(bomb.length < 1_000_000);
  t.match(await ingest(bomb), { ok: false, code: "TOO_MANY_PIXELS", message: /40 million/ });
  const strip = await canvas(8193, 2).png().toBuffer();
  t.match(await ingest(strip), { ok: false, code: "TOO_MANY_PIXELS", message: /8193 × 2.*8192/ });
  t.match(await ingest(await canvas(8192, 2).png().toBuffer()), { ok: true });
});

t.test("animated pictures are refused, in PNG as in WebP", async (t) => {
  const { ingest } = await setUp(t);
  const frames = await Promise.all(
    ["red", "blue"].map((background) =>
      sharp({ create: { width: 8, height: 8, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  );
  const webp = await sharp(frames, { join: { animated: true } })
    .webp()
    .toBuffer();
  t.match(await ingest(webp), { ok: false, code: "ANIMATED" });
  const control = Buffer.alloc(8);
  control.writeUInt32BE(2, 0);
  const still = await canvas(8, 8).png().toBuffer();
  t.match(await ingest(withPngChunk(still, { type: "acTL", data: control })), { ok: false, code: "ANIMATED" });
});

t.test("the original is stored before what is made from it, and a failing storage is not a bad picture", async (t) => {
  const { storage } = await setUp(t);
  const put: string[] = [];
  const failing = {
    ...storage,
    put: async (key: string) => {
      put.push(key.replace(/^.*\/[0-9a-f]{64}/, ""));
      if (put.length === 3) throw new Error("disk full");
    },
  };
  const bytes = await canvas(64, 64).png().toBuffer();
  await t.rejects(ingestImage({ storage: failing }, { bytes, maxBytes: 1e6, provenance: null }), {
    message: "disk full",
  });
  t.strictSame(put, [".png", ".preview.webp", ".thumb.webp"]);
});
