import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import t from "tap";
import { thumbHashToApproximateAspectRatio } from "thumbhash";
import { ingestImage } from "../../../src/infra/pictures/ingest-image.ts";
import { pngChunks, withPngChunk } from "../../../src/infra/pictures/png-chunks.ts";
import { sharp } from "../../../src/infra/sharp.ts";
import { canvas, setUp } from "../../support/ingest.ts";

const made = "http://cv.iptc.org/newscodes/digitalsourcetype/";

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

t.test("a file over the cap is refused with both numbers", async (t) => {
  const { ingest } = await setUp(t);
  const bytes = await canvas(64, 64).png().toBuffer();
  t.match(await ingest(bytes, { maxBytes: bytes.length }), { ok: true });
  const message = `The file has ${bytes.length} bytes; at most 99 bytes are allowed.`;
  t.strictSame(await ingest(bytes, { maxBytes: 99 }), { ok: false, code: "TOO_LARGE", message });
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
