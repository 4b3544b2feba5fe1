/** Every bad picture is refused in words or taken clean, and none of them takes the server's memory. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import t, { type Test } from "tap";
import { sharp } from "../../src/infra/sharp.ts";
import { badPictures } from "../support/bad-pictures.ts";
import { setUp } from "../support/ingest.ts";

const measure = fileURLToPath(new URL("../support/measure-ingest.ts", import.meta.url));
const run = promisify(execFile);
const bad = await badPictures();

/** Most memory above idle, in MB. */
const allowed = 150;

/** Ingests files in a process of its own. */
async function ingestApart(t: Test, pictures: readonly Buffer[], atOnce = 1) {
  const folder = t.testdir({ files: {}, storage: {} });
  const files = await Promise.all(
    pictures.map(async (bytes, index) => {
      const file = path.join(folder, "files", String(index));
      await writeFile(file, bytes);
      return file;
    }),
  );
  const parameters = [measure, path.join(folder, "storage"), String(atOnce), ...files];
  const { stdout } = await run(process.execPath, parameters, { timeout: 120_000 });
  const { aboveIdle, codes } = JSON.parse(stdout) as { aboveIdle: number; codes: string[] };
  t.comment(`${aboveIdle} MB above idle`);
  return { aboveIdle, codes };
}

t.test("each is refused for what it is, and leaves nothing behind", async (t) => {
  for (const [what, { bytes, code }] of Object.entries(bad)) {
    if (code === null) continue;
    const { ingest, keys } = await setUp(t);
    const outcome = await ingest(bytes, { maxBytes: 32_000_000 });
    t.match(outcome, { ok: false, code, message: /^[A-Z].*\.$/ }, what);
    t.strictSame(await keys(), []);
  }
});

t.test("what is only hidden in a good picture is gone from the stored one", async (t) => {
  for (const [what, { bytes, code }] of Object.entries(bad)) {
    if (code !== null) continue;
    const { accept } = await setUp(t);
    const { original, preview, thumb } = await accept(bytes, { maxBytes: 32_000_000 });
    t.ok(original.length + preview.length + thumb.length < 20_000, what);
    for (const file of [original, preview, thumb]) t.notOk(file.includes("<script>") || file.includes("PK\x03\x04"));
    t.match(await sharp(original).metadata(), { width: 64, height: 64, exif: undefined, comments: undefined });
  }
});

t.test("all of them at once stay within the memory", async (t) => {
  const pictures = Object.values(bad);
  const small = pictures.filter(({ bytes }) => bytes.length < 5_000_000);
  const { aboveIdle, codes } = await ingestApart(
    t,
    small.map(({ bytes }) => bytes),
    4,
  );
  t.ok(aboveIdle <= allowed, `${aboveIdle} MB`);
  t.strictSame(
    codes.map((code) => (code.startsWith("OK") ? null : code)),
    small.map(({ code }) => code),
  );
  for (const { bytes } of pictures.filter((picture) => !small.includes(picture))) {
    const large = await ingestApart(t, [bytes]);
    t.ok(large.aboveIdle <= allowed, `${large.aboveIdle} MB`);
  }
});

t.test("a picture that just passes the limits stays within the memory as well", async (t) => {
  const noise = (width: number, height: number) =>
    sharp({
      create: { width, height, channels: 3, background: "black", noise: { type: "gaussian", mean: 128, sigma: 30 } },
    });
  const flat = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 4, background: { r: 1, g: 2, b: 3, alpha: 0.5 } } });
  for (const [what, picture, stored] of [
    ["40 megapixels of PNG", flat(6_320, 6_320).png(), "image/png"],
    ["22 megapixels in layers", flat(4_740, 4_740).png({ progressive: true }), "image/png"],
    [
      "15 megapixels of progressive JPEG",
      noise(3_870, 3_870).jpeg({ progressive: true, chromaSubsampling: "4:4:4" }),
      "image/jpeg",
    ],
    ["3.5 megapixels of WebP", noise(1_870, 1_870).webp({ effort: 0 }), "image/webp"],
    ["11 megapixels of WebP", noise(3_350, 3_350).webp({ effort: 0 }), "image/jpeg"],
    ["9 megapixels of transparent WebP", flat(3_000, 3_000).webp({ effort: 0 }), "image/png"],
  ] as const) {
    const { aboveIdle, codes } = await ingestApart(t, [await picture.toBuffer()]);
    t.strictSame(codes, [`OK ${stored}`], what);
    t.ok(aboveIdle <= allowed, `${what}: ${aboveIdle} MB`);
  }
});
