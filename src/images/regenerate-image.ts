import { z } from "zod";
import type { Config } from "../config.ts";
import type { Image } from "../generated/prisma/client.ts";
import type { Db, Transact } from "../infra/db.ts";
import { ConflictError, NotFoundError } from "../infra/errors.ts";
import { once } from "../infra/idempotency.ts";
import { parseInput } from "../infra/parse-input.ts";
import { type Actor, requireMember } from "../workspaces/require-member.ts";
import { type GenerationRequestInput, generationFields, optional } from "./generation-request.ts";
import { storedOptions } from "./model-options.ts";
import { type PlannedGeneration, type PlanServices, planGeneration } from "./plan-generation.ts";
import { type GeneratedBatch, generatedBatch, writeImages } from "./write-images.ts";

/** The input of `regenerateImage`: what is absent stays as it was. */
export const regenerationInput = z.object({
  imageId: z.uuid(),
  prompt: optional(generationFields.prompt),
  negativePrompt: optional(generationFields.negativePrompt),
  provider: optional(z.string()),
  model: optional(z.string()),
  width: optional(z.number().int()),
  height: optional(z.number().int()),
  aspectRatio: optional(z.string().trim()),
  seed: optional(generationFields.seed),
  inputImageId: optional(z.uuid()),
  strength: optional(generationFields.strength),
  options: optional(generationFields.options),
  idempotencyKey: optional(generationFields.idempotencyKey),
});

type Regeneration = Omit<z.output<typeof regenerationInput>, "idempotencyKey">;

/**
 * Asks for a picture once more, with the same or with changed parameters, and links the new one to it. One that was made from
 * another picture's pixels starts from those again, and stays linked to that one. Throws a `NotFoundError` for a foreign
 * picture, a `ConflictError` for one that was not generated here or whose starting picture is gone, and what `generateImages`
 * throws.
 */
export async function regenerateImage(
  services: PlanServices & { readonly transact: Transact; readonly config: Pick<Config, "MAX_WAITING_IMAGES"> },
  viewer: Actor,
  unchecked: z.input<typeof regenerationInput>,
): Promise<GeneratedBatch> {
  const { idempotencyKey, ...changes } = parseInput(regenerationInput, unchecked);
  const image = await findGenerated(services.db, changes.imageId);
  const access = { workspaceId: image.workspaceId, permission: "images:create", what: "image" } as const;
  await requireMember(services.db, viewer, access);
  const plan = await planGeneration(services, image.workspaceId, changedRequest(image, changes));
  return services.transact(async (tx) => {
    // Again, because asking a provider for its models takes a while.
    await requireMember(tx, viewer, access);
    const request = {
      userId: viewer.userId,
      operation: "regenerateImage",
      key: idempotencyKey ?? null,
      input: changes,
    };
    const linked = { ...plan, parentImageId: plan.parentImageId ?? image.id };
    return once(tx, request, generatedBatch, () =>
      writeImages(tx, {
        createdById: viewer.userId,
        plan: linked,
        tags: [],
        mostWaiting: services.config.MAX_WAITING_IMAGES,
      }),
    );
  });
}

/**
 * The plan of a picture that is made once more just as it was asked for, linked to the one before; `writeImages` writes it. Not inside a
 * transaction. Throws what `regenerateImage` throws.
 */
export async function planAgain(services: PlanServices, image: Image): Promise<PlannedGeneration> {
  const unchanged = regenerationInput.parse({ imageId: image.id });
  const plan = await planGeneration(services, image.workspaceId, changedRequest(image, unchanged));
  return { ...plan, parentImageId: plan.parentImageId ?? image.id };
}

async function findGenerated(db: Db, id: string): Promise<Image> {
  const image = await db.image.findUnique({ where: { id } });
  if (image === null) throw new NotFoundError("image");
  return image;
}

/** The whole request: what is asked anew, and the rest as it was. What belongs to a model alone does not pass to another. */
function changedRequest(image: Image, changes: Regeneration): GenerationRequestInput {
  if (image.provider === null || image.model === null) {
    throw new ConflictError(
      "This picture was not generated here, so there is nothing to repeat. Start from it instead.",
    );
  }
  const provider = changes.provider ?? image.provider;
  const model = changes.model ?? (provider === image.provider ? image.model : null);
  const sameModel = provider === image.provider && model === image.model;
  const inputImageId = changes.inputImageId ?? startOf(image);
  return {
    ...{ provider, model, count: 1, seed: changes.seed, inputImageId },
    prompt: changes.prompt ?? image.prompt,
    style: image.styleVersionId === null ? null : { versionId: image.styleVersionId },
    negativePrompt: changes.negativePrompt ?? image.negativePrompt,
    ...changedSize(image, changes, sameModel),
    strength: changes.strength ?? (sameModel && inputImageId !== null ? image.strength : null),
    options: changes.options ?? (sameModel ? optionList(image.options) : null),
  };
}

function startOf({ fromParent, parentImageId }: Image): string | null {
  if (fromParent && parentImageId === null) {
    throw new ConflictError("The picture that this one was made from is gone. Generate from another picture instead.");
  }
  return fromParent ? parentImageId : null;
}

function changedSize(image: Image, { width, height, aspectRatio }: Regeneration, sameModel: boolean) {
  const { requestedWidth, requestedHeight } = image;
  if (aspectRatio !== null) return { width, height, aspectRatio };
  if (sameModel || width !== null || height !== null) {
    return { width: width ?? requestedWidth, height: height ?? requestedHeight, aspectRatio };
  }
  // Another model makes other sizes: the shape is what was meant.
  const shape = requestedWidth === null || requestedHeight === null ? null : `${requestedWidth}:${requestedHeight}`;
  return { width, height, aspectRatio: shape };
}

const optionList = (options: unknown) =>
  Object.entries(storedOptions(options)).map(([name, value]) => ({ name, value }));
