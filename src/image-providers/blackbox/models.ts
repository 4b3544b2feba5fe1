/**
 * The image models of Blackbox AI. Its list names models of every kind without saying what they make, so that must be known
 * here. Prices are those of its documentation of November 2025, for estimates.
 */
import type { ImageModel, InputImageLimits, PictureShape } from "../capabilities.ts";

/** What the operator has switched on. The documentation promises none of these for pictures; some models heed them. */
export interface ModelSwitches {
  /** Ask for shapes in words, of models that follow instructions. */
  readonly shapeWords: boolean;
  /** Put the negative prompt into words, for the same models. */
  readonly avoidWords: boolean;
  /** Send pictures to start from, to models that edit. */
  readonly inputImages: boolean;
  /** Send the seed. */
  readonly seed: boolean;
}

/** Every model id begins with it; ids without it are unknown to the API. */
const prefix = "blackboxai/";

/** USD for one picture, https://docs.blackbox.ai/api-reference/models/image-models as of November 2025. */
const prices: Readonly<Record<string, number>> = {
  "ai-forever/kandinsky-2.2": 0.12,
  "black-forest-labs/flux-1.1-pro": 0.04,
  "black-forest-labs/flux-1.1-pro-ultra": 0.06,
  "black-forest-labs/flux-dev": 0.025,
  "black-forest-labs/flux-kontext-pro": 0.04,
  "black-forest-labs/flux-pro": 0.055,
  "black-forest-labs/flux-schnell": 0.003,
  "bytedance/hyper-flux-8step": 0.011,
  "bytedance/sdxl-lightning-4step": 0.0014,
  "datacte/proteus-v0.2": 0.026,
  "fofr/sdxl-emoji": 0.0078,
  "google/nano-banana": 0.039,
  "prompthero/openjourney": 0.047,
  "prunaai/flux.1-dev": 0.0015,
  "stability-ai/sdxl": 0.0036,
  "stability-ai/stable-diffusion": 0.00325,
};

const makesPictures =
  /flux|sdxl|stable-diffusion|kandinsky|nano-banana|openjourney|proteus|imagen-|image-3|image-01|fibo|seedream|dreamshaper|luma\/photon|ideogram|sana|playground-v|hidream|wan-[\d.]+-image|qwen-image|recraft-v|hunyuan-image|gpt-image|gemini-.*(image|edit)/;
/** Tools, videos, drawings in SVG (which is refused on the way in), and models that need a mask. */
const makesSomethingElse =
  /blip|upscal|esrgan|clip-|codeformer|controlnet|face-to|gfpgan|grounding|tagger|lama$|llava|detection|text-extract|inpainting|video|veo-|-svg$/;
const followsInstructions = /nano-banana|gpt-image|gemini-|imagen-|seedream|qwen-image|hunyuan-image|kontext/;
const editsOnly = /\/edit(-image)?$|-edit(\/multi)?$|\/edit\//;
const edits = /nano-banana|kontext|\/edit|-edit/;

const square = { ratio: "1:1", width: 1024, height: 1024 } as const satisfies PictureShape;
const shapes: readonly [PictureShape, ...PictureShape[]] = [
  square,
  { ratio: "16:9", width: 1344, height: 768 },
  { ratio: "9:16", width: 768, height: 1344 },
  { ratio: "4:3", width: 1152, height: 896 },
  { ratio: "3:4", width: 896, height: 1152 },
  { ratio: "3:2", width: 1216, height: 832 },
  { ratio: "2:3", width: 832, height: 1216 },
];

/** The documentation says "2k characters" and not of which kind; a hundred are kept for shape words, another for doubt. */
const maxPromptLength = 1_800;

/** Whether a listed id is a model that makes pictures, as far as the switches let it be used. */
export function isPictureModel(id: string, { inputImages }: Pick<ModelSwitches, "inputImages">): boolean {
  if (!id.startsWith(prefix)) return false;
  const name = id.slice(prefix.length);
  return makesPictures.test(name) && !makesSomethingElse.test(name) && (inputImages || !editsOnly.test(name));
}

/** What is known about a model from its id. */
export function pictureModel(id: string, switches: ModelSwitches): ImageModel {
  const name = nameOf(id);
  const price = prices[name];
  return {
    id,
    label: labelOf(name),
    sizes: { kind: "RATIOS", sizes: shapesOf(id, switches) },
    maxPromptLength,
    // A sent seed is a wish: nothing promises that it is heeded.
    seed: false,
    negativePrompt: switches.avoidWords && followsInstructions.test(name),
    inputImage: switches.inputImages && edits.test(name) ? inputImage(editsOnly.test(name)) : null,
    options: [],
    price: price === undefined ? null : { amount: price, currency: "USD", per: "PICTURE" },
  };
}

/** The shapes a model can be asked for. Where there is only one, it is what the model makes by itself. */
export function shapesOf(
  id: string,
  { shapeWords }: Pick<ModelSwitches, "shapeWords">,
): readonly [PictureShape, ...PictureShape[]] {
  return shapeWords && followsInstructions.test(nameOf(id)) ? shapes : [square];
}

function nameOf(id: string): string {
  return id.startsWith(prefix) ? id.slice(prefix.length) : id;
}

function inputImage(required: boolean): InputImageLimits {
  const mimes = ["image/png", "image/jpeg", "image/webp"] as const;
  return { required, mimes, maxBytes: 8 * 1024 * 1024, strength: false, mask: false };
}

/** "black-forest-labs/flux-1.1-pro" as people say it: "Flux 1.1 Pro". */
function labelOf(name: string): string {
  const words = name.slice(name.indexOf("/") + 1).split(/[-/]/);
  return words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join(" ");
}
