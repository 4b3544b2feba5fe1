import { z } from "zod";
import type { Config } from "../../config.ts";
import { generationInput } from "../../images/generation-request.ts";
import {
  defaultStyleOf,
  type PlannedGeneration,
  type PlanServices,
  planGeneration,
} from "../../images/plan-generation.ts";
import { writeImages } from "../../images/write-images.ts";
import type { Tx } from "../../infra/db.ts";
import { NotFoundError, ValidationError } from "../../infra/errors.ts";

/** A picture that is made for a post: what `generateImages` takes, for one picture, and how often it may be made anew. */
export const generatedImage = generationInput
  .omit({ workspaceId: true, count: true, tags: true, idempotencyKey: true })
  .extend({
    regenerate: z
      .object({ maxTries: z.number().int().min(0).max(5, "A picture is made anew at most 5 times by itself.") })
      .nullish(),
  });

/** What planning and writing pictures touches. */
export interface PostImageServices extends PlanServices {
  readonly config: Pick<Config, "MAX_WAITING_IMAGES">;
}

/**
 * Plans the picture at a position of a post; not inside a transaction, because the provider is asked. Throws what `generateImages` throws, its
 * issues at the picture's place.
 */
export async function planPostImage(
  services: PostImageServices,
  workspaceId: string,
  { regenerate: _regenerate, styleId, ...asked }: z.output<typeof generatedImage>,
  position: number,
): Promise<PlannedGeneration> {
  const chosen = styleId === undefined ? await defaultStyleOf(services.db, workspaceId) : styleId;
  try {
    const style = chosen === null ? null : { styleId: chosen };
    return await planGeneration(services, workspaceId, { ...asked, count: 1, style });
  } catch (error) {
    const at = ["images", String(position), "generate"];
    if (error instanceof NotFoundError && error.inputPath !== null)
      throw new NotFoundError("style in this workspace", [...at, ...error.inputPath]);
    if (!(error instanceof ValidationError)) throw error;
    throw new ValidationError(error.issues.map((issue) => ({ ...issue, path: [...at, ...issue.path] })));
  }
}

/** Writes a planned picture with its job. Answers its id. Throws what `writeImages` throws. */
export async function writePostImage(
  tx: Tx,
  { config }: PostImageServices,
  plan: PlannedGeneration,
  createdById: string,
): Promise<string> {
  const mostWaiting = config.MAX_WAITING_IMAGES;
  const { imageIds } = await writeImages(tx, { createdById, plan, tags: [], mostWaiting });
  const [imageId] = imageIds;
  if (imageId === undefined) throw new Error("A planned picture was not written.");
  return imageId;
}
