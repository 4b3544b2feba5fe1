import exifreader from "exifreader";
import t from "tap";
import type { DerivativeSpec } from "../../../src/infra/pictures/derivative-spec.ts";
import { derivativeKey } from "../../../src/infra/pictures/derivative-spec.ts";
import { renderDerivative } from "../../../src/infra/pictures/render-derivative.ts";
import { sharp } from "../../../src/infra/sharp.ts";

const plain: DerivativeSpec = {
  ...{ mime: "image/jpeg", crop: null, width: 200, height: 100, canvas: null, maxBytes: 1_000_000 },
};

/** Left half red, right half blue, transparent at the top. */
const halves = await sharp({ create: { width: 400, height: 200, channels: 4, background: "#ff0000ff" } })
  .composite([
    { input: { create: { width: 200, height: 200, channels: 4, background: "#0000ffff" } }, left: 200, top: 0 },
    { input: Buffer.from([0, 0, 0, 255]), raw: { width: 1, height: 1, channels: 4 }, tile: false, left: 0, top: 0 },
  ])
  .png()
  .toBuffer();

async function pixel(content: Buffer, left: number, top: number): Promise<number[]> {
  const { data } = await sharp(content)
    .extract({ left, top, width: 1, height: 1 })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return [...data];
}

const near = ([r = 0, g = 0, b = 0]: number[], [x = 0, y = 0, z = 0]: number[]) =>
  Math.abs(r - x) + Math.abs(g - y) + Math.abs(b - z) < 24;

t.test("a crop shows the part that was asked for, at the size that was asked for", async (t) => {
  const spec = { ...plain, crop: { left: 200, top: 0, width: 200, height: 200 }, width: 50, height: 50 };
  const { content, width, height } = await renderDerivative(halves, spec, null);
  t.same([width, height], [50, 50]);
  t.ok(near(await pixel(content, 25, 25), [0, 0, 255]), "the right half alone");
});

t.test("padding puts the whole picture on the middle of its ground", async (t) => {
  const spec = { ...plain, canvas: { width: 200, height: 300, colour: "#00ff00" } };
  const { content, width, height } = await renderDerivative(halves, spec, null);
  t.same([width, height], [200, 300]);
  t.ok(near(await pixel(content, 100, 10), [0, 255, 0]), "the ground above");
  t.ok(near(await pixel(content, 100, 290), [0, 255, 0]), "and below");
  t.ok(near(await pixel(content, 20, 150), [255, 0, 0]), "the picture between");
  t.ok(near(await pixel(content, 180, 150), [0, 0, 255]));
});

t.test("what is transparent is white in a JPEG", async (t) => {
  const clear = await sharp({ create: { width: 40, height: 20, channels: 4, background: "#00000000" } })
    .png()
    .toBuffer();
  const { content } = await renderDerivative(clear, { ...plain, width: 40, height: 20 }, null);
  t.ok(near(await pixel(content, 5, 5), [255, 255, 255]));
});

t.test("few bytes cost quality first, then size; none at all is an error", async (t) => {
  const noise = Buffer.from(Array.from({ length: 300 * 300 * 3 }, (_, at) => (at * 7919 + (at % 251) * 31) % 256));
  const original = await sharp(noise, { raw: { width: 300, height: 300, channels: 3 } })
    .png()
    .toBuffer();
  const free = await renderDerivative(original, { ...plain, width: 300, height: 300 }, null);
  const tight = { ...plain, width: 300, height: 300, maxBytes: Math.floor(free.content.length * 0.7) };
  const better = await renderDerivative(original, tight, null);
  t.ok(better.content.length <= tight.maxBytes);
  t.equal(better.width, 300, "quality gave way first");
  const tiny = await renderDerivative(original, { ...tight, maxBytes: 5_000 }, null);
  t.ok(tiny.content.length <= 5_000);
  t.ok(tiny.width < 300, "then size");
  await t.rejects(renderDerivative(original, { ...tight, maxBytes: 10 }, null), /does not fit into 10 bytes/);
});

for (const mime of ["image/jpeg", "image/png", "image/webp"] as const) {
  t.test(`a made-over ${mime} says how the picture came to be`, async (t) => {
    const { content } = await renderDerivative(halves, { ...plain, mime }, "trainedAlgorithmicMedia");
    const tags = exifreader.load(content, { expanded: true });
    t.match(JSON.stringify(tags.xmp), /digitalsourcetype\/trainedAlgorithmicMedia/);
  });
}

t.test("specs have the same key exactly when they are the same", async (t) => {
  const variants: DerivativeSpec[] = [
    plain,
    { ...plain, mime: "image/png" },
    { ...plain, width: 199 },
    { ...plain, maxBytes: 999_999 },
    { ...plain, crop: { left: 0, top: 0, width: 10, height: 10 } },
    { ...plain, crop: { left: 1, top: 0, width: 10, height: 10 } },
    { ...plain, canvas: { width: 300, height: 300, colour: "#000000" } },
    { ...plain, canvas: { width: 300, height: 300, colour: "#000001" } },
  ];
  t.equal(new Set(variants.map(derivativeKey)).size, variants.length);
  t.equal(derivativeKey({ ...plain }), derivativeKey(plain));
});
