import fc from "fast-check";
import t from "tap";
import type { ImageModel, SizeLimits } from "../../src/image-providers/capabilities.ts";
import { adaptSize } from "../../src/images/adapt-size.ts";

const modelOf = (sizes: SizeLimits): ImageModel => ({
  ...{ id: "m", label: "M", maxPromptLength: 100, seed: true, negativePrompt: true, inputImage: null, options: [] },
  ...{ price: null, sizes },
});

const side = { min: 256, max: 1536, step: 64 };
const range = modelOf({
  ...{ kind: "RANGE", width: side, height: side, maxPixels: 1024 * 1024, maxRatio: 3 },
  defaultSize: { width: 1024, height: 1024 },
});

t.test("of a range, a size that it makes stays, and others become the nearest", async (t) => {
  t.same(adaptSize(range, { width: 768, height: 1024 }), { width: 768, height: 1024 });
  t.same(adaptSize(range, { width: 1000, height: 1000 }), { width: 1024, height: 1024 }, "by its steps");
  t.same(adaptSize(range, { width: 64, height: 64 }), { width: 256, height: 256 }, "as small as it gets");
  t.same(adaptSize(range, { width: 2048, height: 1024 }), { width: 1472, height: 704 }, "smaller, in nearly its shape");
  t.same(
    adaptSize(range, { width: 4096, height: 256 }),
    { width: 1024, height: 1024 },
    "its default where none is near",
  );
});

t.test("of a list, the shape counts before the number of pixels", async (t) => {
  const sizes = [
    { width: 1024, height: 1024 },
    { width: 512, height: 512 },
    { width: 1536, height: 1024 },
  ] as const;
  const listed = modelOf({ kind: "LIST", sizes });
  t.same(adaptSize(listed, { width: 512, height: 512 }), sizes[1]);
  t.same(adaptSize(listed, { width: 900, height: 900 }), sizes[0]);
  t.same(adaptSize(listed, { width: 600, height: 400 }), sizes[2]);
  const shapes = modelOf({ kind: "RATIOS", sizes: [{ ratio: "3:2", width: 1216, height: 832 }] });
  t.strictSame(adaptSize(shapes, { width: 10, height: 10 }), { width: 1216, height: 832 }, "without its name");
});

const sides = fc
  .record({
    min: fc.integer({ min: 1, max: 40 }),
    steps: fc.integer({ min: 0, max: 60 }),
    step: fc.constantFrom(1, 8, 64),
    /** Bounds need not be multiples of the step. */
    loose: fc.integer({ min: 0, max: 63 }),
  })
  .map(({ min, steps, step, loose }) => {
    const slack = loose % step;
    return { min: min * step - slack, max: (min + steps) * step + slack, step };
  });
const wishes = fc.record({ width: fc.integer({ min: 1, max: 8_192 }), height: fc.integer({ min: 1, max: 8_192 }) });

t.test("whatever is asked of whatever range, the model makes what comes out", async (t) => {
  const maxRatios = fc.option(fc.double({ min: 1, max: 8, noNaN: true }), { nil: undefined });
  fc.assert(
    fc.property(
      sides,
      sides,
      wishes,
      maxRatios,
      fc.double({ min: 1, max: 9, noNaN: true }),
      (width, height, asked, maxRatio, room) => {
        const smallest = {
          width: Math.ceil(width.min / width.step) * width.step,
          height: Math.ceil(height.min / height.step) * height.step,
        };
        const ratioOf = (size: { width: number; height: number }) =>
          Math.max(size.width, size.height) / Math.min(size.width, size.height);
        fc.pre(maxRatio === undefined || ratioOf(smallest) <= maxRatio);
        const maxPixels = Math.round(smallest.width * smallest.height * room);
        const limits = { kind: "RANGE", width, height, maxPixels, defaultSize: smallest } as const;
        const size = adaptSize(modelOf({ ...limits, ...(maxRatio !== undefined && { maxRatio }) }), asked);
        for (const [value, { min, max, step }] of [
          [size.width, width],
          [size.height, height],
        ] as const) {
          if (value < min || value > max || value % step !== 0) throw new Error(`${value} is out of bounds`);
        }
        if (size.width * size.height > maxPixels) throw new Error("too many pixels");
        if (maxRatio !== undefined && ratioOf(size) > maxRatio) throw new Error("too narrow");
      },
    ),
    { numRuns: 2_000 },
  );
  t.pass();
});

t.test("of whatever list, it is one of them, and one that is asked for as it is stays", async (t) => {
  fc.assert(
    fc.property(fc.array(wishes, { minLength: 1, maxLength: 8 }), wishes, fc.nat(), (some, asked, pick) => {
      const [first, ...rest] = some;
      if (first === undefined) return;
      const listed = modelOf({ kind: "LIST", sizes: [first, ...rest] });
      const size = adaptSize(listed, asked);
      if (!some.some(({ width, height }) => width === size.width && height === size.height)) throw new Error("another");
      const own = some[pick % some.length] ?? first;
      const same = adaptSize(listed, own);
      if (same.width !== own.width || same.height !== own.height) throw new Error("an exact match was passed over");
    }),
    { numRuns: 1_000 },
  );
  t.pass();
});
