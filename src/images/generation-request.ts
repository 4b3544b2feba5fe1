/** What may be asked of a provider: the request's own rules, and the provider's declared limits. */
import { z } from "zod";
import type { ImageProvider, SideLimits } from "../image-providers/provider.ts";
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
  readonly provider: ImageProvider;
  readonly model: string;
  readonly width: number;
  readonly height: number;
}

/**
 * Chooses the provider and fills in its defaults. Throws a {@link ValidationError} with everything that the provider would
 * refuse, before anything is written or spent.
 */
export function checkGeneration(
  providers: ReadonlyMap<string, ImageProvider>,
  input: z.output<typeof generationInput>,
): CheckedGeneration {
  const names = [...providers.keys()];
  const provider = providers.get(input.provider ?? names[0] ?? "");
  if (provider === undefined) {
    const message =
      names.length === 0
        ? "No image provider is configured on this server."
        : `There is no image provider "${input.provider ?? ""}" here. Available: ${names.join(", ")}.`;
    throw new ValidationError([{ path: ["provider"], code: "UNKNOWN_PROVIDER", message }]);
  }
  const { capabilities, label } = provider;
  const model = input.model ?? capabilities.models[0];
  const width = input.width ?? capabilities.defaultSize.width;
  const height = input.height ?? capabilities.defaultSize.height;
  const issues = [
    ...(capabilities.models.includes(model) ? [] : [unknownModel(label, model, capabilities.models)]),
    ...textIssues("prompt", input.prompt, label, capabilities.maxPromptLength),
    ...textIssues("negativePrompt", input.negativePrompt, label, capabilities.maxPromptLength),
    ...sideIssues("width", width, label, capabilities.width),
    ...sideIssues("height", height, label, capabilities.height),
  ];
  if (issues.length === 0 && width * height > capabilities.maxPixels) {
    const message = `${width} × ${height} is ${width * height} pixels; ${label} makes at most ${capabilities.maxPixels}.`;
    issues.push({ path: ["width"], code: "TOO_LARGE", message });
  }
  if (issues.length > 0) throw new ValidationError(issues);
  return { provider, model, width, height };
}

function unknownModel(label: string, model: string, models: readonly string[]): ValidationIssue {
  return {
    path: ["model"],
    code: "UNKNOWN_MODEL",
    message: `${label} has no model "${model}". Available: ${models.join(", ")}.`,
  };
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
