/**
 * What the models of OpenAI's Images API accept (https://github.com/openai/openai-openapi, August 2026), and what is assumed of
 * models that only compatible servers know. Prices are list prices, for estimates.
 */
import type {
  ImageModel,
  InputImageLimits,
  ModelOption,
  PictureSize,
  SideLimits,
  SizeLimits,
} from "../capabilities.ts";

/** What the operator says about models that are not OpenAI's. */
export interface CompatibleServer {
  /** Fields it takes beyond OpenAI's. */
  readonly extraFields: readonly ExtraField[];
  /** Whether it edits pictures. */
  readonly inputImages: boolean;
  readonly maxPromptLength: number;
}

/** Fields that OpenAI does not know and compatible servers may. */
export const extraFieldNames = ["seed", "negative_prompt"] as const;

/** One of them. */
export type ExtraField = (typeof extraFieldNames)[number];

/** How the API treats a model: `gpt` models answer base64 always and can stream; only OpenAI's own know `quality` and the like. */
export type ModelFamily = "gpt" | "dall-e-3" | "dall-e-2" | "other";

/** Decided by the id, as the API does; dated versions belong to their model. */
export function familyOf(id: string): ModelFamily {
  const name = id.slice(id.lastIndexOf("/") + 1);
  if (/^(gpt-image|chatgpt-image)/.test(name)) return "gpt";
  if (name.startsWith("dall-e-3")) return "dall-e-3";
  return name.startsWith("dall-e-2") ? "dall-e-2" : "other";
}

/** Whether a listed id is a model that makes pictures. The lists name models of all kinds and do not say. */
export function isPictureModel(id: string): boolean {
  return (
    familyOf(id) !== "other" ||
    /image|flux|sdxl|stable-?diffusion|sd-?3|dreamshaper|ideogram|recraft|seedream|kandinsky/i.test(id)
  );
}

const squareFirst = [
  { width: 1024, height: 1024 },
  { width: 1536, height: 1024 },
  { width: 1024, height: 1536 },
] as const satisfies readonly PictureSize[];

const anySide: SideLimits = { min: 256, max: 3_840, step: 16 };
/** gpt-image-2 takes any size with sides divisible by 16, up to 3840×2160 and 3:1. */
const freeSizes: SizeLimits = {
  ...{ kind: "RANGE", width: anySide, height: anySide, maxPixels: 3_840 * 2_160, maxRatio: 3 },
  defaultSize: { width: 1024, height: 1024 },
};

const quality: ModelOption = {
  name: "quality",
  description: "How much work goes into the picture; more costs more.",
  values: ["auto", "low", "medium", "high"],
};
const gptOptions: readonly ModelOption[] = [
  quality,
  {
    name: "background",
    description: "What is behind the subject. Transparent needs the format png or webp.",
    values: ["auto", "transparent", "opaque"],
  },
  { name: "output_format", description: "The file format the API makes.", values: ["png", "jpeg", "webp"] },
  {
    name: "output_compression",
    description: "Quality of jpeg and webp in per cent.",
    values: ["100", "90", "75", "50"],
  },
  { name: "moderation", description: "How strict the API's content filter is.", values: ["auto", "low"] },
];
const fidelity: ModelOption = {
  name: "input_fidelity",
  description: "How closely the picture to start from is kept.",
  values: ["low", "high"],
};

/** USD for a square of medium quality, from the public price list. */
const prices: Readonly<Record<string, number>> = {
  "gpt-image-1": 0.042,
  "gpt-image-1-mini": 0.011,
  "gpt-image-1.5": 0.034,
  "dall-e-2": 0.02,
  "dall-e-3": 0.04,
};

const gptInput: InputImageLimits = {
  ...{ required: false, mimes: ["image/png", "image/jpeg", "image/webp"], maxBytes: 50_000_000 },
  ...{ strength: false, mask: true },
};

/** What is known about a model from its id. */
export function pictureModel(id: string, server: CompatibleServer): ImageModel {
  const name = id.slice(id.lastIndexOf("/") + 1);
  const price = prices[name.replace(/-\d{4}-\d{2}-\d{2}$/, "")];
  const shared = {
    ...{ id, label: labelOf(name), seed: false, negativePrompt: false },
    price: price === undefined ? null : ({ amount: price, currency: "USD", per: "PICTURE" } as const),
  };
  switch (familyOf(id)) {
    case "gpt":
      return {
        ...{ ...shared, maxPromptLength: 32_000, inputImage: gptInput },
        sizes: name.startsWith("gpt-image-2") ? freeSizes : { kind: "LIST", sizes: squareFirst },
        options: name.includes("mini") ? gptOptions : [...gptOptions, fidelity],
      };
    case "dall-e-3":
      return { ...shared, ...dallE3 };
    case "dall-e-2":
      return { ...shared, ...dallE2 };
    case "other":
      return { ...shared, ...unknownModel(server) };
  }
}

const dallE3 = {
  ...{ maxPromptLength: 4_000, inputImage: null },
  sizes: {
    kind: "LIST",
    sizes: [
      { width: 1024, height: 1024 },
      { width: 1792, height: 1024 },
      { width: 1024, height: 1792 },
    ],
  },
  options: [
    { ...quality, values: ["standard", "hd"] },
    { name: "style", description: "How dramatic the picture is.", values: ["vivid", "natural"] },
  ],
} as const satisfies Partial<ImageModel>;

const dallE2 = {
  maxPromptLength: 1_000,
  sizes: {
    kind: "LIST",
    sizes: [
      { width: 1024, height: 1024 },
      { width: 512, height: 512 },
      { width: 256, height: 256 },
    ],
  },
  inputImage: { required: false, mimes: ["image/png"], maxBytes: 4_000_000, strength: false, mask: true },
  options: [],
} as const satisfies Partial<ImageModel>;

/** A model of somebody else's: sizes in the steps that diffusion models need, the rest as the operator says. */
function unknownModel({ extraFields, inputImages, maxPromptLength }: CompatibleServer) {
  const side: SideLimits = { min: 256, max: 2_048, step: 16 };
  const sizes: SizeLimits = {
    ...{ kind: "RANGE", width: side, height: side, maxPixels: 2_048 * 2_048 },
    defaultSize: { width: 1024, height: 1024 },
  };
  return {
    ...{ maxPromptLength, sizes, options: [], inputImage: inputImages ? gptInput : null },
    ...{ seed: extraFields.includes("seed"), negativePrompt: extraFields.includes("negative_prompt") },
  } satisfies Partial<ImageModel>;
}

/** "gpt-image-1-mini" as people say it: "GPT Image 1 Mini". */
function labelOf(name: string): string {
  const words = name.split("-").map((part) => `${part.charAt(0).toUpperCase()}${part.slice(1)}`);
  return words
    .join(" ")
    .replace(/^Gpt\b/, "GPT")
    .replace(/^Chatgpt\b/, "ChatGPT")
    .replace(/^Dall E/, "DALL·E");
}
