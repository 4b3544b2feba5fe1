import fc from "fast-check";
import t from "tap";
import type { ImageModel, SizeLimits } from "../../src/image-providers/capabilities.ts";
import { hasShape, parseShape, sizeOfShape } from "../../src/images/picture-shape.ts";

const modelOf = (sizes: SizeLimits): ImageModel => ({
  ...{ id: "m", label: "M", maxPromptLength: 100, seed: true, negativePrompt: true, inputImage: null, options: [] },
  ...{ price: null, sizes },
});

const side = { min: 256, max: 2048, step: 64 };
const square = { width: 1024, height: 1024 };
const range = modelOf({ kind: "RANGE", width: side, height: side, maxPixels: 2048 * 1024, defaultSize: square });

t.test("a shape is two whole numbers and a colon", async (t) => {
  t.equal(parseShape("16:9"), 16 / 9);
  t.equal(parseShape("1024:576"), 1024 / 576);
  for (const text of ["", "16", "16:", "0:9", "9:0", "16/9", "16:9:4", "-1:2", "1.5:1", "wide", "99999:1"]) {
    t.equal(parseShape(text), null, text);
  }
});

t.test("of a range it is about as many pixels as by default", async (t) => {
  t.same(sizeOfShape(range, 1), square);
  t.same(sizeOfShape(range, 16 / 9), { width: 1344, height: 768 });
  t.same(sizeOfShape(range, 9 / 16), { width: 768, height: 1344 });
});

t.test("of a list it is the nearest, and whether that is near can be told", async (t) => {
  const sizes = [square, { width: 1536, height: 1024 }, { width: 1024, height: 1792 }] as const;
  const listed = modelOf({ kind: "LIST", sizes });
  t.same(sizeOfShape(listed, 3 / 2), sizes[1]);
  t.same(sizeOfShape(listed, 9 / 16), sizes[2], "4:7 passes for 9:16");
  t.ok(hasShape(sizeOfShape(listed, 9 / 16), 9 / 16));
  t.notOk(hasShape(sizeOfShape(listed, 21 / 9), 21 / 9));
});

t.test("whatever the shape and the limits, a size is within them", async (t) => {
  const limits = fc
    .record({
      min: fc.integer({ min: 1, max: 600 }),
      steps: fc.integer({ min: 1, max: 60 }),
      step: fc.constantFrom(1, 8, 64),
    })
    .map(({ min, steps, step }) => ({ min: min * step, max: (min + steps) * step, step }));
  await fc.assert(
    fc.asyncProperty(limits, limits, fc.double({ min: 0.05, max: 20, noNaN: true }), async (width, height, shape) => {
      const smallest = { width: width.min, height: height.min };
      const maxPixels = width.min * height.min * 4;
      const model = modelOf({ kind: "RANGE", width, height, maxPixels, defaultSize: smallest });
      const size = sizeOfShape(model, shape);
      for (const [value, { min, max, step }] of [
        [size.width, width],
        [size.height, height],
      ] as const) {
        t.ok(value >= min && value <= max && value % step === 0);
      }
      t.ok(size.width * size.height <= maxPixels);
    }),
    { numRuns: 300 },
  );
});
