/** The models that are offered, and what each is sent. fal has no list that a key could be asked for. */
import type { ImageModel, ModelPrice } from "../capabilities.ts";
import type { GenerationRequest } from "../provider.ts";

/** What sets one model apart from the pattern of FLUX, which nearly all of fal's models of pictures follow. */
interface KnownModel {
  readonly label: string;
  /** Where pictures that start from a picture are asked for. */
  readonly fromPicture?: string;
  readonly negativePrompt?: boolean;
  readonly price?: ModelPrice;
}

/** Prices as on the models' pages in 2025; the API tells units, not money. */
const known: Readonly<Record<string, KnownModel>> = {
  "fal-ai/flux/dev": {
    ...{ label: "FLUX.1 dev", fromPicture: "fal-ai/flux/dev/image-to-image" },
    price: { amount: 0.025, currency: "USD", per: "MEGAPIXEL" },
  },
  "fal-ai/flux/schnell": { label: "FLUX.1 schnell", price: { amount: 0.003, currency: "USD", per: "MEGAPIXEL" } },
  "fal-ai/stable-diffusion-v35-large": { label: "Stable Diffusion 3.5 Large", negativePrompt: true },
};

const megabyte = 1024 * 1024;
const side = { min: 256, max: 1536, step: 32 } as const;

/** A model by its id, known or configured. */
export function pictureModel(id: string): ImageModel {
  const { label, fromPicture, negativePrompt = false, price = null } = known[id] ?? { label: id };
  return {
    ...{ id, label, maxPromptLength: 4000, seed: true, negativePrompt, options: [], price },
    sizes: {
      ...{ kind: "RANGE", width: side, height: side, maxPixels: 2 * 1024 * 1024 },
      defaultSize: { width: 1024, height: 768 },
    },
    inputImage:
      fromPicture === undefined
        ? null
        : {
            // They travel as data URIs inside the request.
            ...{ required: false, mimes: ["image/png", "image/jpeg", "image/webp"], maxBytes: 7 * megabyte },
            ...{ strength: true, mask: false },
          },
  };
}

/** Where a request goes, and with which input; null when the model cannot start from a picture. */
export function submissionOf(request: GenerationRequest): { readonly endpoint: string; readonly input: object } | null {
  const { prompt, negativePrompt, model, width, height, seed, inputImage } = request;
  const common = {
    ...{ prompt, seed, num_images: 1, enable_safety_checker: true, output_format: "png", sync_mode: false },
    ...(negativePrompt !== "" && { negative_prompt: negativePrompt }),
  };
  if (inputImage === undefined) return { endpoint: model, input: { ...common, image_size: { width, height } } };
  const endpoint = known[model]?.fromPicture;
  if (endpoint === undefined) return null;
  const { bytes, mime, strength } = inputImage;
  const image_url = `data:${mime};base64,${bytes.toString("base64")}`;
  // The result has the size of the picture that it starts from. A strength of 0 is below what the model takes.
  return {
    endpoint,
    input: { ...common, image_url, ...(strength !== undefined && { strength: Math.max(strength, 0.01) }) },
  };
}
