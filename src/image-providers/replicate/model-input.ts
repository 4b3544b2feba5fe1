/** From a request to a model's input: only what its schema knows, within its bounds. */
import type { GenerationRequest } from "../provider.ts";
import { firstKnown, type InputSchema, pictureInputs, strengthInputs } from "./input-schema.ts";

type Input = Readonly<Record<string, string | number | readonly string[]>>;

/** The input; or what the request has and the model cannot take, in words. */
export type ModelInput =
  | { readonly ok: true; readonly input: Input }
  | { readonly ok: false; readonly message: string };

/** Without a schema only the prompt is sent: every model of pictures takes one. */
export function modelInput(request: GenerationRequest, schema: InputSchema | null): ModelInput {
  const { prompt, negativePrompt, inputImage } = request;
  const known = schema ?? { properties: new Map(), required: new Set<string>() };
  if (negativePrompt !== "" && !known.properties.has("negative_prompt")) return cannot("take a negative prompt");
  const pictureInput = firstKnown(known, pictureInputs);
  if (inputImage !== undefined && pictureInput === null) return cannot("start from a picture");
  if (inputImage?.mask !== undefined && !known.properties.has("mask")) return cannot("take a mask");
  const input = {
    prompt,
    ...(negativePrompt !== "" && { negative_prompt: negativePrompt }),
    ...seedInput(request, known),
    ...sizeInput(request, known),
    ...oneFile(known),
    ...(inputImage !== undefined && pictureInput !== null && startInput(inputImage, pictureInput, known)),
  };
  return { ok: true, input };
}

function cannot(what: string): ModelInput {
  return { ok: false, message: `This model on Replicate cannot ${what}.` };
}

/** Some models take 31 bits; the same seed still gives the same picture. */
function seedInput({ seed }: GenerationRequest, { properties }: InputSchema): Input {
  const property = properties.get("seed");
  if (property === undefined) return {};
  const { maximum } = property;
  return { seed: maximum !== null && seed > maximum ? seed % (maximum + 1) : seed };
}

/** As sides where the model takes sides, else as the nearest shape, and in the nearest of its magnitudes. */
function sizeInput({ width, height }: GenerationRequest, { properties }: InputSchema): Input {
  const shapes = textValues(properties.get("aspect_ratio")?.values ?? null);
  if (properties.has("width") && properties.has("height")) {
    const sides = { width: side("width"), height: side("height") };
    return shapes.includes("custom") ? { ...sides, aspect_ratio: "custom" } : sides;
  }
  const shape = nearest(
    shapes.filter((value) => ratioOf(value) !== null),
    (value) => distance(ratioOf(value), width / height),
  );
  const magnitudes = textValues(properties.get("megapixels")?.values ?? null);
  const magnitude = nearest(magnitudes, (value) => distance(Number.parseFloat(value), (width * height) / 1e6));
  return {
    ...(shape !== null && { aspect_ratio: shape }),
    ...(magnitude !== null && { megapixels: magnitude }),
  };

  function side(name: "width" | "height"): number {
    const { minimum, maximum, values } = properties.get(name) ?? { minimum: null, maximum: null, values: null };
    const asked = name === "width" ? width : height;
    const allowed = (values ?? []).filter((value) => typeof value === "number");
    return nearest(allowed, (value) => distance(value, asked)) ?? clamp(asked, minimum, maximum);
  }
}

/** One picture, unharmed by compression where the model can. */
function oneFile(schema: InputSchema): Input {
  const count = firstKnown(schema, ["num_outputs", "num_images", "number_of_images"]);
  const formats = textValues(schema.properties.get("output_format")?.values ?? null);
  const format = ["png", "webp", "jpg", "jpeg"].find((each) => formats.includes(each));
  return { ...(count !== null && { [count]: 1 }), ...(format !== undefined && { output_format: format }) };
}

function startInput(
  { bytes, mime, strength, mask }: NonNullable<GenerationRequest["inputImage"]>,
  pictureInput: (typeof pictureInputs)[number],
  schema: InputSchema,
): Input {
  const address = `data:${mime};base64,${bytes.toString("base64")}`;
  const isList = schema.properties.get(pictureInput)?.kind === "list";
  const strengthInput = firstKnown(schema, strengthInputs);
  const value = strength === undefined ? null : strengthInput === "image_prompt_strength" ? 1 - strength : strength;
  return {
    [pictureInput]: isList ? [address] : address,
    ...(strengthInput !== null && value !== null && { [strengthInput]: value }),
    ...(mask !== undefined && { mask: `data:image/png;base64,${mask.toString("base64")}` }),
  };
}

/** Width by height of "16:9"; null for words such as "custom". */
function ratioOf(shape: string): number | null {
  const [, width, height] = /^(\d+):(\d+)$/.exec(shape) ?? [];
  return width === undefined || height === undefined ? null : Number(width) / Number(height);
}

/** How far two magnitudes are apart, as a factor: 1:2 is as far from 1:1 as 2:1. */
function distance(first: number | null, second: number): number {
  return first === null ? Number.POSITIVE_INFINITY : Math.abs(Math.log(first / second));
}

function nearest<T>(candidates: readonly T[], far: (candidate: T) => number): T | null {
  return candidates.toSorted((a, b) => far(a) - far(b))[0] ?? null;
}

function textValues(values: readonly (string | number)[] | null): string[] {
  return (values ?? []).filter((value) => typeof value === "string");
}

function clamp(value: number, minimum: number | null, maximum: number | null): number {
  return Math.min(Math.max(value, minimum ?? value), maximum ?? value);
}
