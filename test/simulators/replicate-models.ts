/** Input schemas of some models, in the shape in which Replicate tells them: plain properties, enums by reference. */

interface Property {
  readonly type?: "string" | "integer" | "number" | "boolean" | "array";
  readonly format?: "uri";
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly items?: { readonly type: "string"; readonly format: "uri" };
  readonly allOf?: readonly { readonly $ref: string }[];
}

interface SimulatedModel {
  /** Of a model that its maker publishes in versions; official models have none. */
  readonly version?: string;
  readonly properties: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
  readonly enums: Readonly<Record<string, { readonly type: "string"; readonly enum: readonly string[] }>>;
}

const oneOf = (name: string): Property => ({ allOf: [{ $ref: `#/components/schemas/${name}` }] });
const values = (...list: readonly string[]) => ({ type: "string", enum: list }) as const;
const text: Property = { type: "string" };
const seed: Property = { type: "integer" };
const uri: Property = { type: "string", format: "uri" };
const ratios = ["1:1", "16:9", "3:2", "2:3", "4:5", "5:4", "9:16", "3:4", "4:3"] as const;
const formats = values("webp", "jpg", "png");

export const replicateModels: Readonly<Record<string, SimulatedModel>> = {
  "black-forest-labs/flux-schnell": {
    properties: {
      ...{ prompt: text, seed, aspect_ratio: oneOf("aspect_ratio"), output_format: oneOf("output_format") },
      ...{ megapixels: oneOf("megapixels"), go_fast: { type: "boolean" }, disable_safety_checker: { type: "boolean" } },
      num_outputs: { type: "integer", minimum: 1, maximum: 4 },
      num_inference_steps: { type: "integer", minimum: 1, maximum: 4 },
      output_quality: { type: "integer", minimum: 0, maximum: 100 },
    },
    enums: {
      ...{ aspect_ratio: values(...ratios, "21:9", "9:21"), output_format: formats, megapixels: values("1", "0.25") },
    },
  },
  "black-forest-labs/flux-1.1-pro": {
    properties: {
      ...{
        prompt: text,
        seed,
        image_prompt: uri,
        aspect_ratio: oneOf("aspect_ratio"),
        output_format: oneOf("output_format"),
      },
      width: { type: "integer", minimum: 256, maximum: 1440 },
      height: { type: "integer", minimum: 256, maximum: 1440 },
      safety_tolerance: { type: "integer", minimum: 1, maximum: 6, default: 2 },
      prompt_upsampling: { type: "boolean" },
      output_quality: { type: "integer", minimum: 0, maximum: 100 },
    },
    enums: { aspect_ratio: values("custom", ...ratios), output_format: formats },
  },
  "black-forest-labs/flux-2-pro": {
    properties: {
      ...{ prompt: text, seed, aspect_ratio: oneOf("aspect_ratio"), output_format: oneOf("output_format") },
      input_images: { type: "array", items: { type: "string", format: "uri" } },
    },
    enums: { aspect_ratio: values("match_input_image", "custom", ...ratios), output_format: formats },
  },
  "black-forest-labs/flux-dev": {
    properties: {
      ...{ prompt: text, image: uri, aspect_ratio: oneOf("aspect_ratio"), output_format: oneOf("output_format") },
      ...{ megapixels: oneOf("megapixels"), go_fast: { type: "boolean" } },
      seed: { type: "integer", minimum: 0, maximum: 2_147_483_647 },
      prompt_strength: { type: "number", minimum: 0, maximum: 1, default: 0.8 },
      num_outputs: { type: "integer", minimum: 1, maximum: 4 },
    },
    enums: { aspect_ratio: values(...ratios), output_format: formats, megapixels: values("1", "0.25") },
  },
  "stability-ai/sdxl": {
    version: "7762fd07cf82c948538e41f63f77d685e02b063e37e496e96eefd46c929f9bdc",
    properties: {
      ...{ prompt: text, negative_prompt: text, image: uri, mask: uri, seed },
      width: { type: "integer", default: 1024 },
      height: { type: "integer", default: 1024 },
      prompt_strength: { type: "number", minimum: 0, maximum: 1, default: 0.8 },
      num_outputs: { type: "integer", minimum: 1, maximum: 4 },
    },
    enums: {},
  },
  "simulated/no-schema": { properties: {}, enums: {} },
  "simulated/picture-needed": { properties: { prompt: text, input_image: uri }, enums: {}, required: ["input_image"] },
};
