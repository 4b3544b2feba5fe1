import fc from "fast-check";
import t from "tap";
import type { ImageRules } from "../../src/platforms/rules.ts";
import { type FittedPicture, fitPicture, sentRatio } from "../../src/posts/fit-picture.ts";

/** A platform like Instagram: JPEG alone, 4:5 to 1.91:1, 320 to 1440 pixels across, 8 MB. */
const narrow: ImageRules = {
  ...{ min: 1, max: 10, mimes: ["image/jpeg"], maxBytes: 8_000_000, oneRatio: false },
  ...{ minWidth: 320, maxWidth: 1_440, maxHeight: null, ratio: { min: 0.8, max: 1.91 } },
};

const picture = (change: Partial<FittedPicture> = {}): FittedPicture => ({
  ...{ mime: "image/jpeg", bytes: 500_000, width: 1_000, height: 1_000, dominantColour: "#204060" },
  ...{ focus: { x: 0.5, y: 0.5 }, ...change },
});

const fitted = (change: Partial<FittedPicture>, fit: "CROP" | "PAD" | null = null, rules = narrow) =>
  fitPicture(picture(change), rules, { fit, label: "Gram", firstRatio: null });

t.test("a picture inside all limits is sent as it is", async (t) => {
  t.same(fitted({}), { kind: "as-it-is" });
  t.same(fitted({ width: 1_440, height: 1_800 }), { kind: "as-it-is" });
});

t.test("format, size and bytes are cured without being asked", async (t) => {
  t.match(fitted({ mime: "image/png" }), { kind: "made-over", spec: { mime: "image/jpeg", crop: null, canvas: null } });
  t.match(fitted({ width: 3_000, height: 3_000 }), { spec: { width: 1_440, height: 1_440 } });
  t.match(fitted({ width: 160, height: 160 }), { spec: { width: 320, height: 320 } });
  t.match(fitted({ bytes: 9_000_000 }), { spec: { width: 1_000, height: 1_000, maxBytes: 8_000_000 } });
});

t.test("a ratio outside is refused with what helps, and cropped or padded where that was chosen", async (t) => {
  const tall = { width: 1_000, height: 2_000 };
  t.match(fitted(tall), {
    kind: "refused",
    fault: { code: "RATIO", message: /1000 × 2000 \(ratio 0\.50\); Gram takes 0\.80 to 1\.91.*CROP or PAD/ },
  });
  t.match(fitted(tall, "CROP"), { spec: { crop: { left: 0, top: 375, width: 1_000, height: 1_250 }, canvas: null } });
  t.match(fitted({ ...tall, focus: { x: 0.5, y: 0 } }, "CROP"), { spec: { crop: { top: 0 } } });
  t.match(fitted({ ...tall, focus: { x: 0.5, y: 1 } }, "CROP"), { spec: { crop: { top: 750 } } });
  t.match(fitted(tall, "PAD"), {
    spec: { crop: null, width: 900, height: 1_800, canvas: { width: 1_440, height: 1_800, colour: "#204060" } },
  });
});

t.test("where all pictures take the first one's ratio, a chosen fit does it with the focus in view", async (t) => {
  const rules = { ...narrow, oneRatio: true };
  const second = picture({ width: 1_500, height: 1_000 });
  t.same(fitPicture(second, rules, { fit: null, label: "Gram", firstRatio: 1 }).kind, "made-over", "only smaller");
  t.match(fitPicture(second, rules, { fit: "CROP", label: "Gram", firstRatio: 1 }), {
    spec: { crop: { left: 250, width: 1_000, height: 1_000 }, width: 1_000, height: 1_000 },
  });
});

t.test("whatever is sent keeps to the rules", async () => {
  const side = fc.integer({ min: 1, max: 8_192 });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const any = fc.record({
    ...{ width: side, height: side, bytes: fc.integer({ min: 1, max: 30_000_000 }) },
    mime: fc.constantFrom("image/jpeg", "image/png", "image/webp"),
    focus: fc.record({ x: share, y: share }),
  });
  fc.assert(
    fc.property(any, fc.constantFrom("CROP" as const, "PAD" as const), (change, fit) => {
      const whole = picture(change);
      const result = fitPicture(whole, narrow, { fit, label: "Gram", firstRatio: null });
      if (result.kind === "refused") return false;
      const { width, height } = result.kind === "as-it-is" ? whole : (result.spec.canvas ?? result.spec);
      const ratio = sentRatio(whole, result);
      // Whole pixels of small pictures are coarse.
      const slack = 1.01 + 1 / Math.min(width, height);
      const crop = result.kind === "made-over" ? result.spec.crop : null;
      const inside =
        crop === null ||
        (crop.left >= 0 &&
          crop.top >= 0 &&
          crop.left + crop.width <= whole.width &&
          crop.top + crop.height <= whole.height);
      return width <= 1_440 && width >= 320 && ratio >= 0.8 / slack && ratio <= 1.91 * slack && inside;
    }),
    { numRuns: 2_000 },
  );
});
