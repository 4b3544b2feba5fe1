/** The models that are offered: what is known before anybody asked, and what a model's own schema says. */
import type { ImageModel, ModelPrice, PictureShape, SideLimits, SizeLimits } from "../capabilities.ts";
import { firstKnown, type InputProperty, type InputSchema, pictureInputs, strengthInputs } from "./input-schema.ts";

/** What these models are expected to cost, per picture in US dollars; Replicate's list of 2025. The API tells no prices. */
const prices: Readonly<Record<string, number>> = {
  "black-forest-labs/flux-schnell": 0.003,
  "black-forest-labs/flux-dev": 0.025,
  "black-forest-labs/flux-1.1-pro": 0.04,
};

/** One megapixel in the shapes that nearly all models know, in the sizes that FLUX makes of them. */
const usualShapes: readonly [PictureShape, ...PictureShape[]] = [
  { ratio: "1:1", width: 1024, height: 1024 },
  { ratio: "16:9", width: 1344, height: 768 },
  { ratio: "9:16", width: 768, height: 1344 },
  { ratio: "3:2", width: 1216, height: 832 },
  { ratio: "2:3", width: 832, height: 1216 },
  { ratio: "4:3", width: 1152, height: 896 },
  { ratio: "3:4", width: 896, height: 1152 },
  { ratio: "5:4", width: 1088, height: 896 },
  { ratio: "4:5", width: 896, height: 1088 },
];

const megabyte = 1024 * 1024;
/** Data URIs of one request together; Replicate's own client stops at 10 MB, and base64 makes a third more of them. */
const maxInputBytes = 7 * megabyte;

/** What is said of a model before its schema was read: what most of them can. */
export function declaredModel(id: string): ImageModel {
  return {
    ...{ id, label: labelOf(id), sizes: { kind: "RATIOS", sizes: usualShapes }, maxPromptLength: 4000 },
    ...{ seed: true, negativePrompt: false, inputImage: null, options: [], price: priceOf(id) },
  };
}

/** A model as its own schema describes it; as declared where it has none. */
export function describedModel(id: string, schema: InputSchema | null): ImageModel {
  if (schema === null) return { ...declaredModel(id), seed: false, listed: true };
  const { properties, required } = schema;
  const picture = firstKnown(schema, pictureInputs);
  return {
    ...declaredModel(id),
    ...{ seed: properties.has("seed"), negativePrompt: properties.has("negative_prompt"), listed: true },
    sizes: sizesOf(schema),
    inputImage: picture && {
      ...{ required: required.has(picture), maxBytes: maxInputBytes, mask: properties.has("mask") },
      ...{ mimes: ["image/png", "image/jpeg", "image/webp"], strength: firstKnown(schema, strengthInputs) !== null },
    },
  };
}

function sizesOf({ properties }: InputSchema): SizeLimits {
  const [width, height] = [properties.get("width"), properties.get("height")];
  if (width?.kind === "number" && height?.kind === "number" && !width.values && !height.values) {
    const limits = { width: sideOf(width), height: sideOf(height) };
    const defaultSize = { width: usualSide(limits.width), height: usualSide(limits.height) };
    return { kind: "RANGE", ...limits, maxPixels: limits.width.max * limits.height.max, defaultSize };
  }
  const known = properties.get("aspect_ratio")?.values ?? [];
  const [first, ...rest] = usualShapes.filter(({ ratio }) => known.includes(ratio));
  return { kind: "RATIOS", sizes: first ? [first, ...rest] : usualShapes };
}

/** Multiples of 32 suit every model; the bounds of those that name none are those of FLUX. */
function sideOf({ minimum, maximum, multipleOf }: InputProperty): SideLimits {
  const step = multipleOf ?? 32;
  const fit = (value: number, round: (value: number) => number) => round(value / step) * step;
  return { min: fit(Math.max(minimum ?? 256, step), Math.ceil), max: fit(maximum ?? 1440, Math.floor), step };
}

function usualSide({ min, max, step }: SideLimits): number {
  return Math.min(Math.max(Math.floor(1024 / step) * step, min), max);
}

function priceOf(id: string): ModelPrice | null {
  const amount = prices[id.replace(/:.*$/, "")];
  return amount === undefined ? null : { amount, currency: "USD", per: "PICTURE" };
}

/** "black-forest-labs/flux-1.1-pro" is "flux 1.1 pro (black-forest-labs)". */
function labelOf(id: string): string {
  const [owner = "", name = id] = id.replace(/:.*$/, "").split("/");
  return `${name.replaceAll("-", " ")} (${owner})`;
}
