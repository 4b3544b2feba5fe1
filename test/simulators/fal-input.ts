/** What fal's models of pictures take, and what they say about the rest. */
import { asRecord } from "./simulated-http.ts";

const range = (value: unknown, min: number, max: number) =>
  typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;

const inputs: Readonly<Record<string, (value: unknown) => boolean>> = {
  prompt: (value) => typeof value === "string" && value !== "",
  image_size: (value) => {
    if (typeof value === "string") return /^(square(_hd)?|(portrait|landscape)_(4_3|16_9))$/.test(value);
    return range(asRecord(value)["width"], 64, 14_142) && range(asRecord(value)["height"], 64, 14_142);
  },
  num_inference_steps: (value) => range(value, 1, 50),
  guidance_scale: (value) => typeof value === "number" && value >= 1 && value <= 20,
  num_images: (value) => range(value, 1, 4),
  seed: (value) => range(value, 0, 2 ** 32 - 1),
  enable_safety_checker: (value) => typeof value === "boolean",
  output_format: (value) => value === "jpeg" || value === "png",
  sync_mode: (value) => typeof value === "boolean",
  acceleration: (value) => value === "none" || value === "regular" || value === "high",
};

/** The faults, in the shape in which a model tells them; empty for none. */
export function inputFaults(input: Readonly<Record<string, unknown>>, kind: "text" | "image" | "negative"): unknown[] {
  const isUrl = (value: unknown) => typeof value === "string" && /^(https:\/\/|data:image\/)/.test(value);
  const strength = (value: unknown) => typeof value === "number" && value >= 0.01 && value <= 1;
  const { image_size, ...others } = inputs;
  const known = {
    ...others,
    // What starts from a picture has its size.
    ...(kind === "image" ? { image_url: isUrl, strength } : { image_size }),
    ...(kind === "negative" && { negative_prompt: (value: unknown) => typeof value === "string" }),
  };
  const missing = ["prompt", ...(kind === "image" ? ["image_url"] : [])].filter((key) => input[key] === undefined);
  return [
    ...missing.map((key) => ({
      loc: ["body", key],
      msg: "Field required",
      type: "missing",
      url: "https://docs.fal.ai",
    })),
    ...Object.entries(input)
      .filter(([key, value]) => !(known as typeof inputs)[key]?.(value))
      .map(([key]) => ({
        loc: ["body", key],
        msg: "Input is not valid",
        type: "value_error",
        url: "https://docs.fal.ai",
      })),
  ];
}
