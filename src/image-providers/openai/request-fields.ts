/** A request in the API's words. Every model gets the fields it knows and no others: unknown ones are refused. */
import type { GenerationRequest } from "../provider.ts";
import { familyOf } from "./models.ts";
import type { OpenAiValues } from "./variables.ts";

/** Fields of a request, as JSON or as a form. */
export type RequestFields = Readonly<Record<string, string | number | boolean>>;

/** The fields of a request, the picture to start from excepted. */
export function requestFields(request: GenerationRequest, values: OpenAiValues): RequestFields {
  const { prompt, model, width, height } = request;
  const twoFields = values.OPENAI_SIZE_STYLE === "width_height" && familyOf(model) === "other";
  return {
    ...{ model, prompt, n: 1 },
    ...(twoFields ? { width, height } : { size: `${width}x${height}` }),
    ...familyFields(request, values),
  };
}

/** Whether a model sends unfinished pictures. */
export function streams(model: string, { OPENAI_PARTIAL_IMAGES: partials }: OpenAiValues): boolean {
  return partials > 0 && familyOf(model) === "gpt";
}

function familyFields(request: GenerationRequest, values: OpenAiValues): RequestFields {
  const { model, options = {}, seed, negativePrompt } = request;
  const format = values.OPENAI_RESPONSE_FORMAT;
  const responseFormat: RequestFields = format === "none" ? {} : { response_format: format };
  switch (familyOf(model)) {
    case "gpt": {
      const { output_compression: compression, input_fidelity: fidelity, ...others } = options;
      return {
        ...others,
        ...(compression !== undefined &&
          options["output_format"] !== "png" && { output_compression: Number(compression) }),
        ...(fidelity !== undefined && request.inputImage !== undefined && { input_fidelity: fidelity }),
        ...(streams(model, values) && { stream: true, partial_images: values.OPENAI_PARTIAL_IMAGES }),
      };
    }
    case "dall-e-2":
    case "dall-e-3":
      return { ...options, ...responseFormat };
    case "other": {
      const extra = values.OPENAI_EXTRA_FIELDS;
      return {
        ...options,
        ...responseFormat,
        ...(extra.includes("seed") && { seed }),
        ...(extra.includes("negative_prompt") && negativePrompt !== "" && { negative_prompt: negativePrompt }),
      };
    }
  }
}

/** What contradicts itself in a request, for the person who asked; null when nothing does. */
export function contradiction({ options = {} }: GenerationRequest): string | null {
  if (options["background"] !== "transparent" || options["output_format"] !== "jpeg") return null;
  return "A transparent background needs the format png or webp; jpeg has no transparency.";
}
