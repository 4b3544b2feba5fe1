import t from "tap";
import { withPngChunk } from "../../src/images/png-chunks.ts";
import { sharp } from "../../src/infra/sharp.ts";
import { canvas, orange, setUp } from "../support/ingest.ts";

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

t.test("colours of a wide-gamut picture are converted, not reinterpreted", async (t) => {
  const { original } = await (await setUp(t)).accept(await canvas(20, 20).withIccProfile("p3").png().toBuffer());
  t.equal((await sharp(original).metadata()).hasProfile, false);
  const [r = 0, g = 0, b = 0] = await sharp(original).raw().toBuffer();
  t.ok(Math.abs(r - orange.r) < 4 && Math.abs(g - orange.g) < 4 && Math.abs(b - orange.b) < 8, `${r} ${g} ${b}`);
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

t.test("behind the first bytes, sharp itself reads nothing else", async (t) => {
  await t.rejects(sharp(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')).metadata());
  await t.rejects(sharp(await canvas(9, 9).gif().toBuffer()).metadata());
  await t.rejects(sharp(await canvas(9, 9).tiff().toBuffer()).metadata());
});

t.test("damaged pictures are refused and leave nothing", async (t) => {
  const { ingest, keys } = await setUp(t);
  const noise = sharp({
    create: {
      width: 200,
      height: 200,
      channels: 3,
      background: "black",
      noise: { type: "gaussian", mean: 128, sigma: 40 },
    },
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

t.test("a picture that cannot flow through the decoder may be smaller, and is told so", async (t) => {
  const { ingest } = await setUp(t);
  const layered = await canvas(5500, 5500).png({ progressive: true }).toBuffer();
  t.match(await ingest(layered), {
    code: "TOO_MANY_PIXELS",
    message:
      "The picture has 30.2 million pixels; as an interlaced PNG it may have at most 30 million. Save it smaller, or as a plain PNG or JPEG.",
  });
  const sideways = await canvas(5500, 5500).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  t.match(await ingest(sideways), { message: /as a JPEG that lies on its side it may have at most 30 million/ });
  t.match(await ingest(await canvas(5500, 5500).png().toBuffer()), { ok: true });
});

t.test("a large WebP is stored in a format that can be written row by row", async (t) => {
  const { accept } = await setUp(t);
  const solid = await accept(await canvas(2000, 2000).webp({ effort: 0 }).toBuffer());
  t.match(solid.image, { mime: "image/jpeg", extension: "jpg", width: 2000 });
  const clear = await accept(await canvas(2000, 2000).ensureAlpha(0.5).webp({ effort: 0 }).toBuffer());
  t.match(clear.image, { mime: "image/png", extension: "png" });
  t.match(await sharp(clear.original).metadata(), { format: "png", hasAlpha: true });
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
