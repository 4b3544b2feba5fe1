import sharp from "sharp";
import t from "tap";
import { planPicture } from "../../../src/image-providers/sketch/plan-picture.ts";
import { type StyleName, styles } from "../../../src/image-providers/sketch/styles/registry.ts";
import { drawSketch, lightness } from "../../support/sketches.ts";

const subject = "a boat on a lake at noon";

const styled = (name: StyleName, prompt = subject): Promise<Buffer> => drawSketch(`${prompt}, ${name}`);

const pixelsOf = (png: Buffer): Promise<Buffer> => sharp(png).raw().toBuffer();

/** Mean distance of two pictures, pixel by pixel, 0–255. */
async function difference(first: Buffer, second: Buffer): Promise<number> {
  const [a, b] = await Promise.all([pixelsOf(first), pixelsOf(second)]);
  return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;
}

t.test("every style is found by each of its words and is the last thing done to the picture", async (t) => {
  for (const style of styles) {
    for (const word of style.words) {
      const plan = planPicture({ prompt: `a fox, ${word}`, negativePrompt: "", seed: 1, width: 256, height: 256 });
      t.equal(plan.style, style.name, word);
      t.equal(plan.layers.at(-1)?.phase, style.phase);
    }
  }
});

t.test("every style is a manner of its own: unlike the plain picture and unlike every other style", async (t) => {
  const pictures = new Map<string, Buffer>([["plain", await drawSketch(subject)]]);
  for (const { name } of styles) {
    const picture = await styled(name);
    t.ok(picture.equals(await styled(name)), `${name} repeats`);
    for (const [other, seen] of pictures) {
      t.ok((await difference(picture, seen)) > 4, `${name} / ${other}`);
    }
    pictures.set(name, picture);
  }
});

t.test("styles keep their promises", async (t) => {
  const colours = async (png: Buffer): Promise<number> => {
    const data = await pixelsOf(png);
    const seen = new Set<number>();
    for (let at = 0; at < data.length; at += 3) {
      seen.add(((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0));
    }
    return seen.size;
  };
  t.ok((await colours(await styled("pixel art"))) <= 26, "pixel art has few colours");
  t.ok(
    (await lightness(await styled("neon"))) < (await lightness(await drawSketch(subject))) * 0.65,
    "neon is dark at noon",
  );
  const { channels } = await sharp(await styled("pencil")).stats();
  const means = channels.map(({ mean }) => mean);
  t.ok(Math.max(...means) - Math.min(...means) < 12, "pencil is grey");
  const cut = await sharp(await styled("watercolour"))
    .extract({ left: 0, top: 0, width: 2, height: 2 })
    .toBuffer();
  const corner = await sharp(cut).stats();
  t.ok(
    corner.channels.every(({ mean }) => mean > 225),
    "watercolour leaves its paper white at the edge",
  );
});

t.test("styles fill every format, opaque", async (t) => {
  for (const { name } of styles) {
    for (const [width, height] of [
      [1024, 256],
      [264, 776],
    ] as const) {
      const metadata = await sharp(await drawSketch(`desert, ${name}`, { width, height })).metadata();
      t.match(metadata, { format: "png", width, height, hasAlpha: false }, `${name} ${width}×${height}`);
    }
  }
});

t.test("a style that is ruled out is not used", async (t) => {
  const plan = planPicture({ prompt: `${subject}, neon`, negativePrompt: "neon", seed: 1, width: 256, height: 256 });
  t.equal(plan.style, null);
});
