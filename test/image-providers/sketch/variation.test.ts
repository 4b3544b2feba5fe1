import sharp from "sharp";
import t from "tap";
import { distance, drawSketch, generateSketch, meanColour } from "../../support/sketches.ts";

const prompt = "a fox in a forest at dawn";
const start = await drawSketch("snowy mountains at noon", { seed: 3 });
const from = (bytes: Buffer, strength?: number, mime = "image/png") => ({
  inputImage: { bytes, mime, ...(strength !== undefined && { strength }) },
});
const pixelsOf = (bytes: Buffer) => sharp(bytes).removeAlpha().raw().toBuffer();

t.test("no strength keeps the picture, full strength ignores it", async (t) => {
  t.ok((await pixelsOf(await drawSketch(prompt, from(start, 0)))).equals(await pixelsOf(start)));
  const styled = await drawSketch(`${prompt}, watercolour`, from(start, 0));
  t.ok((await pixelsOf(styled)).equals(await pixelsOf(start)), "in no other manner either");
  t.ok((await drawSketch(prompt, from(start, 1))).equals(await drawSketch(prompt)));
});

t.test("the same request gives the same bytes, another seed, picture or strength another one", async (t) => {
  const variation = await drawSketch(prompt, from(start, 0.6));
  t.ok(variation.equals(await drawSketch(prompt, from(start, 0.6))));
  t.ok(variation.equals(await drawSketch(prompt, from(start))), "this far where nobody says");
  t.notOk(variation.equals(await drawSketch(prompt, { ...from(start, 0.6), seed: 2 })));
  t.notOk(variation.equals(await drawSketch(prompt, from(start, 0.5))));
  t.notOk(variation.equals(await drawSketch(prompt, from(await drawSketch("the sea at night"), 0.6))));
});

t.test("the stronger, the farther from the picture and the nearer to the drawing", async (t) => {
  const drawing = await drawSketch(prompt);
  const steps = [0.1, 0.4, 0.7, 0.95];
  const variations = await Promise.all(steps.map((strength) => drawSketch(prompt, from(start, strength))));
  const away = await Promise.all(variations.map((variation) => distance(variation, start)));
  const near = await Promise.all(variations.map((variation) => distance(variation, drawing)));
  t.same(
    away,
    away.toSorted((a, b) => a - b),
    `away from the picture: ${away.join(", ")}`,
  );
  t.same(
    near,
    near.toSorted((a, b) => b - a),
    `near to the drawing: ${near.join(", ")}`,
  );
  t.ok((away[0] ?? 99) < (near[0] ?? 0) && (near[3] ?? 99) < (away[3] ?? 0));
});

t.test("a drawing takes on the colours of the picture", async (t) => {
  const flat = (background: string) =>
    sharp({ create: { width: 256, height: 256, channels: 3, background } })
      .png()
      .toBuffer();
  const [red1, , blue1] = await meanColour(await drawSketch(prompt, from(await flat("#d02010"), 0.6)));
  const [red2, , blue2] = await meanColour(await drawSketch(prompt, from(await flat("#1030d0"), 0.6)));
  t.ok(red1 > blue1 + 30, "red");
  t.ok(blue2 > red2 + 30, "blue");
});

t.test("every kind of picture can be started from, at every size", async (t) => {
  const rgba = sharp(await drawSketch("a castle", { width: 520, height: 256 }))
    .ensureAlpha(0.5)
    .webp();
  const kinds: readonly [string, Promise<Buffer>][] = [
    ["image/jpeg", sharp(start).jpeg().toBuffer()],
    ["image/webp", rgba.toBuffer()],
    ["image/png", sharp(start).greyscale().png().toBuffer()],
    ["image/png", sharp(start).toColourspace("rgb16").png().toBuffer()],
    ["image/png", sharp(start).png({ palette: true, colours: 8 }).toBuffer()],
    ["image/png", sharp(start).resize(1, 3, { fit: "fill" }).png().toBuffer()],
  ];
  for (const [mime, bytes] of kinds) {
    const png = await drawSketch(prompt, { ...from(await bytes, 0.5, mime), width: 264, height: 504 });
    t.match(await sharp(png).metadata(), { format: "png", width: 264, height: 504, hasAlpha: false }, mime);
  }
});

t.test("it is told that the picture is painted over, and a style comes last", async (t) => {
  const phases: string[] = [];
  const onProgress = ({ phase }: { phase: string }) => void phases.push(phase);
  await generateSketch(`${prompt}, oil painting`, from(start, 0.5), { onProgress });
  t.equal(phases[0], "Looking at the picture");
  t.ok(phases.indexOf("Painting over the picture") < phases.indexOf("Laying on the paint"));
  t.ok(phases.includes("Painting over the picture"));
});

t.test("a picture that cannot be read is told, and nothing is drawn", async (t) => {
  t.match(await generateSketch(prompt, from(Buffer.from("no picture"), 0.5)), {
    ...{ ok: false, failure: "invalid_request", message: /could not be read/, cost: { kind: "NONE" } },
  });
});
