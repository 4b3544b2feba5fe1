/** What may be asked of a provider: the request's own rules, and the provider's declared limits. */
import { z } from "zod";
import { estimateCost, type ImageModel, type ImageModels, type Money } from "../image-providers/capabilities.ts";
import type { ImageProvider } from "../image-providers/provider.ts";
import { ValidationError, type ValidationIssue } from "../infra/errors.ts";
import { idempotencyKey } from "../infra/idempotency.ts";
import { type FoundInputImage, inputImageIssues } from "./input-image.ts";
import { modelOptionsInput, optionIssues } from "./model-options.ts";
import { chooseSize } from "./size-rules.ts";
import { tagNames } from "./tags/tag-name.ts";

/** Largest seed: what fits GraphQL's Int. */
export const maxSeed = 2_147_483_647;

/** An absent value and null are the same. */
export const optional = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? null);

/** The rules of single values, for every mutation that takes them. */
export const generationFields = {
  prompt: z.string().trim().min(1, "The prompt is empty. Describe the picture in words."),
  negativePrompt: z.string().trim(),
  seed: z.number().int().min(0, "The seed is negative.").max(maxSeed, `The seed is larger than ${maxSeed}.`),
  strength: z.number().min(0, "The strength is below 0.").max(1, "The strength is above 1."),
  options: modelOptionsInput,
  idempotencyKey,
};

/** The input of `generateImages`, before a provider is chosen. */
export const generationInput = z.object({
  workspaceId: z.uuid(),
  prompt: generationFields.prompt,
  negativePrompt: generationFields.negativePrompt.default(""),
  provider: optional(z.string()),
  model: optional(z.string()),
  width: optional(z.number().int()),
  height: optional(z.number().int()),
  aspectRatio: optional(z.string().trim()),
  count: z
    .number()
    .int()
    .min(1, { error: (issue) => `The count is ${String(issue.input)}. Ask for 1 to 10 pictures.` })
    .max(10, { error: (issue) => `The count is ${String(issue.input)}. Ask for 1 to 10 pictures.` })
    .default(1),
  seed: optional(generationFields.seed),
  inputImageId: optional(z.uuid()),
  strength: optional(generationFields.strength),
  options: optional(generationFields.options),
  tags: optional(tagNames),
  /** Absent: the workspace's default; null: none. */
  styleId: z.uuid().nullish(),
  idempotencyKey: optional(generationFields.idempotencyKey),
});

/** What is asked of a model, once everything that is not about one is settled. */
export interface GenerationRequestInput
  extends Omit<z.output<typeof generationInput>, "workspaceId" | "tags" | "styleId" | "idempotencyKey"> {
  /** A style in its newest version, or a version of one; null for none. */
  readonly style: { readonly styleId: string } | { readonly versionId: string } | null;
}

/** A prompt as asked and as the provider gets it. */
export interface Words {
  readonly prompt: string;
  readonly promptSent: string;
  readonly negativePrompt: string;
  readonly negativePromptSent: string;
  readonly styleVersionId: string | null;
}

/** A request as it will be sent, once for each picture. */
export interface CheckedGeneration {
  readonly model: string;
  readonly words: Words;
  readonly width: number;
  readonly height: number;
  readonly options: Readonly<Record<string, string>>;
  /** Of one picture; null where nobody knows. */
  readonly expectedCost: Money | null;
}

/**
 * The provider that was asked for, or the workspace's default, or the server's first. Throws a {@link ValidationError} that
 * lists the available ones.
 */
export function chooseProvider(
  providers: ReadonlyMap<string, ImageProvider>,
  { asked, workspaceDefault }: { readonly asked: string | null; readonly workspaceDefault: string | null },
): ImageProvider {
  const names = [...providers.keys()];
  const provider = providers.get(asked ?? workspaceDefault ?? names[0] ?? "");
  if (provider !== undefined) return provider;
  const available = `Available: ${names.join(", ")}.`;
  const message =
    names.length === 0
      ? "No image provider is configured on this server."
      : asked === null
        ? `The workspace's default, "${workspaceDefault ?? ""}", is not configured on this server. Name another. ${available}`
        : `There is no image provider "${asked}" here. ${available}`;
  throw new ValidationError([{ path: ["provider"], code: "UNKNOWN_PROVIDER", message }]);
}

/**
 * Fills in the model's defaults. Throws a {@link ValidationError} with everything that the provider would refuse, before
 * anything is written or spent.
 */
export function checkGeneration(
  { label, capabilities }: ImageProvider,
  asked: { readonly models: ImageModels; readonly inputImage: FoundInputImage | null; readonly words: Words },
  input: GenerationRequestInput,
): CheckedGeneration {
  const { models, inputImage } = asked;
  const model = models.find(({ id }) => input.model === id) ?? models[0];
  const words = wordsFor(model, asked.words);
  const options = input.options ?? [];
  const { size, issues: sizeIssues } = chooseSize(input, model, label, sizeOf(inputImage));
  const issues = [
    ...(input.model === null || input.model === model.id ? [] : [unknownModel(label, input.model, models)]),
    ...textIssues("prompt", words.promptSent, label, model.maxPromptLength),
    ...textIssues("negativePrompt", words.negativePromptSent, label, model.maxPromptLength),
    ...abilityIssues(input, model),
    ...startIssues(input, model, inputImage),
    ...countIssues(input.count, label, capabilities.maxCount),
    ...sizeIssues,
    ...optionIssues(options, model),
  ];
  if (issues.length > 0) throw new ValidationError(issues);
  const values = Object.fromEntries(options.map(({ name, value }) => [name, value]));
  return { model: model.id, words, ...size, options: values, expectedCost: estimateCost(model, size) };
}

/** What a style does not want to see is an aid: a model that does not heed it makes the picture without. */
const wordsFor = (model: ImageModel, words: Words): Words =>
  model.negativePrompt ? words : { ...words, negativePromptSent: words.negativePrompt };

function sizeOf(image: FoundInputImage | null) {
  const { width = null, height = null } = image ?? {};
  return width === null || height === null ? null : { width, height };
}

function abilityIssues({ negativePrompt }: GenerationRequestInput, model: ImageModel): ValidationIssue[] {
  if (negativePrompt === "" || model.negativePrompt) return [];
  const message = `${model.label} does not heed a negative prompt. Say in the prompt what you want to see instead.`;
  return [{ path: ["negativePrompt"], code: "NOT_SUPPORTED", message }];
}

/** Whether the model can start from the picture, or can do without one. */
function startIssues(
  input: GenerationRequestInput,
  { label, inputImage: limits }: ImageModel,
  inputImage: FoundInputImage | null,
): ValidationIssue[] {
  const asksForStrength = input.strength !== null;
  if (inputImage === null) {
    const issues: ValidationIssue[] = [];
    if (limits?.required === true) {
      const message = `${label} makes pictures only from pictures. Name one as \`inputImageId\`, or choose another model.`;
      issues.push({ path: ["model"], code: "NEEDS_INPUT_IMAGE", message });
    }
    if (asksForStrength) {
      const message = "The strength says how far to go from a picture to start from. Name one, or leave it out.";
      issues.push({ path: ["strength"], code: "NEEDS_INPUT_IMAGE", message });
    }
    return issues;
  }
  if (limits === null) {
    const message = `${label} makes pictures from words alone. Choose a model that starts from pictures.`;
    return [{ path: ["inputImageId"], code: "NOT_SUPPORTED", message }];
  }
  const issues = inputImageIssues(inputImage, limits, label);
  if (asksForStrength && !limits.strength) {
    const message = `${label} does not heed a strength. Leave it out.`;
    issues.push({ path: ["strength"], code: "NOT_SUPPORTED", message });
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
