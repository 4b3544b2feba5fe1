/** What may be asked of a provider: the request's own rules, and the provider's declared limits. */
import { z } from "zod";
import {
  defaultSize,
  type ImageModel,
  type ImageModels,
  type PictureSize,
  type SideLimits,
} from "../image-providers/capabilities.ts";
import type { ImageProvider } from "../image-providers/provider.ts";
import { ValidationError, type ValidationIssue } from "../infra/errors.ts";
import { idempotencyKey } from "../infra/idempotency.ts";

/** Largest seed: what fits GraphQL's Int. */
export const maxSeed = 2_147_483_647;

/** The input of `generateImages`, before a provider is chosen. */
export const generationInput = z.object({
  workspaceId: z.uuid(),
  prompt: z.string().trim().min(1, "The prompt is empty. Describe the picture in words."),
  negativePrompt: z.string().trim().default(""),
  provider: z.string().nullish(),
  model: z.string().nullish(),
  width: z.number().int().nullish(),
  height: z.number().int().nullish(),
  count: z
    .number()
    .int()
    .min(1, { error: (issue) => `The count is ${String(issue.input)}. Ask for 1 to 10 pictures.` })
    .max(10, { error: (issue) => `The count is ${String(issue.input)}. Ask for 1 to 10 pictures.` })
    .default(1),
  seed: z.number().int().min(0, "The seed is negative.").max(maxSeed, `The seed is larger than ${maxSeed}.`).nullish(),
  idempotencyKey: idempotencyKey.nullish(),
});

/** A request as it will be sent, once for each picture. */
export interface CheckedGeneration {
  readonly model: string;
  readonly width: number;
  readonly height: number;
}

/** The provider that was asked for, or the default. Throws a {@link ValidationError} that lists the available ones. */
export function chooseProvider(providers: ReadonlyMap<string, ImageProvider>, name: string | null): ImageProvider {
  const names = [...providers.keys()];
  const provider = providers.get(name ?? names[0] ?? "");
  if (provider !== undefined) return provider;
  const message =
    names.length === 0
      ? "No image provider is configured on this server."
      : `There is no image provider "${name ?? ""}" here. Available: ${names.join(", ")}.`;
  throw new ValidationError([{ path: ["provider"], code: "UNKNOWN_PROVIDER", message }]);
}

/**
 * Fills in the provider's defaults. Throws a {@link ValidationError} with everything that the provider would refuse, before
 * anything is written or spent.
 */
export function checkGeneration(
  { label, capabilities }: ImageProvider,
  models: ImageModels,
  input: z.output<typeof generationInput>,
): CheckedGeneration {
  const model = models.find(({ id }) => input.model === id) ?? models[0];
  const asked = input.model ?? model.id;
  const fallback = defaultSize(model);
  const size = { width: input.width ?? fallback.width, height: input.height ?? fallback.height };
  const issues = [
    ...(asked === model.id ? [] : [unknownModel(label, asked, models)]),
    ...textIssues("prompt", input.prompt, label, model.maxPromptLength),
    ...textIssues("negativePrompt", input.negativePrompt, label, model.maxPromptLength),
    ...abilityIssues(input, model),
    ...countIssues(input.count, label, capabilities.maxCount),
    ...sizeIssues(size, label, model),
  ];
  if (issues.length > 0) throw new ValidationError(issues);
  return { model: model.id, ...size };
}

function abilityIssues({ negativePrompt }: z.output<typeof generationInput>, model: ImageModel): ValidationIssue[] {
  const issues: ValidationIssue[] = [];
  if (negativePrompt !== "" && !model.negativePrompt) {
    const message = `${model.label} does not heed a negative prompt. Say in the prompt what you want to see instead.`;
    issues.push({ path: ["negativePrompt"], code: "NOT_SUPPORTED", message });
  }
  if (model.inputImage?.required === true) {
    const message = `${model.label} makes pictures only from pictures. Choose another model.`;
    issues.push({ path: ["model"], code: "NEEDS_INPUT_IMAGE", message });
  }
  return issues;
}

function countIssues(count: number, label: string, max: number): ValidationIssue[] {
  if (count <= max) return [];
  const message = `The count is ${count}; ${label} makes at most ${max} pictures for one request.`;
  return [{ path: ["count"], code: "TOO_LARGE", message }];
}

function unknownModel(label: string, id: string, models: readonly ImageModel[]): ValidationIssue {
  const available = models.map((model) => model.id).join(", ");
  return { path: ["model"], code: "UNKNOWN_MODEL", message: `${label} has no model "${id}". Available: ${available}.` };
}

/** One fault after the other: a size that is too small need not hear that it is too large as well. */
function sizeIssues({ width, height }: PictureSize, label: string, { sizes }: ImageModel): ValidationIssue[] {
  const asked = `${width} × ${height}`;
  if (sizes.kind !== "RANGE") {
    if (sizes.sizes.some((size) => size.width === width && size.height === height)) return [];
    const allowed = sizes.sizes.map((size) => `${size.width} × ${size.height}`).join(", ");
    return [{ path: ["width"], code: "UNKNOWN_SIZE", message: `The size is ${asked}; ${label} makes ${allowed}.` }];
  }
  const sides = [
    ...sideIssues("width", width, label, sizes.width),
    ...sideIssues("height", height, label, sizes.height),
  ];
  if (sides.length > 0) return sides;
  if (width * height > sizes.maxPixels) {
    const message = `${asked} is ${width * height} pixels; ${label} makes at most ${sizes.maxPixels}.`;
    return [{ path: ["width"], code: "TOO_LARGE", message }];
  }
  const ratio = Math.max(width, height) / Math.min(width, height);
  if (sizes.maxRatio !== undefined && ratio > sizes.maxRatio) {
    const message = `${asked} is too narrow; with ${label} one side is at most ${sizes.maxRatio} times the other.`;
    return [{ path: ["width"], code: "TOO_NARROW", message }];
  }
  return [];
}

function textIssues(field: string, text: string, label: string, max: number): ValidationIssue[] {
  const length = [...text].length;
  if (length <= max) return [];
  return [
    {
      path: [field],
      code: "TOO_LONG",
      message: `The ${field} has ${length} characters; ${label} takes at most ${max}.`,
    },
  ];
}

function sideIssues(field: string, side: number, label: string, { min, max, step }: SideLimits): ValidationIssue[] {
  const allowed = `${label} takes ${min} to ${max} pixels${step === 1 ? "" : ` in steps of ${step}`}`;
  if (side < min) return [{ path: [field], code: "TOO_SMALL", message: `The ${field} is ${side}; ${allowed}.` }];
  if (side > max) return [{ path: [field], code: "TOO_LARGE", message: `The ${field} is ${side}; ${allowed}.` }];
  if (side % step !== 0)
    return [{ path: [field], code: "INVALID_STEP", message: `The ${field} is ${side}; ${allowed}.` }];
  return [];
}
