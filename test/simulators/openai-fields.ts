/** The fields of the simulated Images API, by model, as its specification lists them. */
import { z } from "zod";

const shared = {
  model: z.string(),
  prompt: z.string().min(1),
  n: z.int().min(1).max(10).optional(),
  user: z.string().optional(),
};
const gptSize = z.enum(["auto", "1024x1024", "1536x1024", "1024x1536"]);
const freeSize = z.string().refine((text) => {
  const [width = 0, height = 0] = text.split("x").map(Number);
  const ratio = Math.max(width, height) / Math.min(width, height);
  return text === "auto" || (width % 16 === 0 && height % 16 === 0 && ratio <= 3 && width * height <= 3840 * 2160);
});
const gpt = {
  ...shared,
  prompt: z.string().min(1).max(32_000),
  quality: z.enum(["auto", "low", "medium", "high"]).optional(),
  output_format: z.enum(["png", "jpeg", "webp"]).optional(),
  output_compression: z.int().min(0).max(100).optional(),
  background: z.enum(["auto", "transparent", "opaque"]).optional(),
  moderation: z.enum(["auto", "low"]).optional(),
  stream: z.boolean().optional(),
  partial_images: z.int().min(0).max(3).optional(),
};
const responseFormat = z.enum(["url", "b64_json"]).optional();
const fieldsByModel: readonly (readonly [RegExp, z.ZodType<Record<string, unknown>>])[] = [
  [/^gpt-image-2/, z.strictObject({ ...gpt, size: freeSize.optional() })],
  [/^gpt-image/, z.strictObject({ ...gpt, size: gptSize.optional() })],
  [
    /^dall-e-3/,
    z.strictObject({
      ...{ ...shared, n: z.literal(1).optional(), response_format: responseFormat },
      size: z.enum(["1024x1024", "1792x1024", "1024x1792"]).optional(),
      quality: z.enum(["standard", "hd"]).optional(),
      style: z.enum(["vivid", "natural"]).optional(),
    }),
  ],
  [
    /^dall-e-2/,
    z.strictObject({
      ...{ ...shared, response_format: responseFormat },
      size: z.enum(["256x256", "512x512", "1024x1024"]).optional(),
    }),
  ],
  // A compatible server's own model, which knows more.
  [/^flux/, z.looseObject({ ...shared, response_format: responseFormat })],
];

/** What requests for a model may hold; undefined for a model that does not exist. */
export function fieldsOf(model: string): z.ZodType<Record<string, unknown>> | undefined {
  return fieldsByModel.find(([pattern]) => pattern.test(model))?.[1];
}
