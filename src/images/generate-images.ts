import type { z } from "zod";
import type { Config } from "../config.ts";
import type { Transact } from "../infra/db.ts";
import { once } from "../infra/idempotency.ts";
import { parseInput } from "../infra/parse-input.ts";
import { type Actor, requireMember } from "../workspaces/require-member.ts";
import { generationInput } from "./generation-request.ts";
import { defaultStyleOf, type PlanServices, planGeneration } from "./plan-generation.ts";
import { type GeneratedBatch, generatedBatch, writeImages } from "./write-images.ts";

/**
 * Asks for pictures: writes their rows (PENDING), their jobs and their events in one transaction. Throws a `ValidationError`
 * for anything the provider would refuse, a `NotFoundError` for a foreign workspace, style or picture to start from, a
 * `ConflictError` when the workspace would have too many tags, an `ImageQueueFullError` when it would have too many pictures
 * waiting, an `IdempotencyKeyReusedError` for a key that came with other input before.
 */
export async function generateImages(
  services: PlanServices & { readonly transact: Transact; readonly config: Pick<Config, "MAX_WAITING_IMAGES"> },
  viewer: Actor,
  unchecked: z.input<typeof generationInput>,
): Promise<GeneratedBatch> {
  const input = parseInput(generationInput, unchecked);
  const { workspaceId, tags, styleId, idempotencyKey, ...asked } = input;
  const access = { workspaceId, permission: "images:create" } as const;
  await requireMember(services.db, viewer, access);
  const chosen = styleId === undefined ? await defaultStyleOf(services.db, workspaceId) : styleId;
  const plan = await planGeneration(services, workspaceId, {
    ...asked,
    style: chosen === null ? null : { styleId: chosen },
  });
  return services.transact(async (tx) => {
    // Again, because asking a provider for its models takes a while.
    await requireMember(tx, viewer, access);
    const request = {
      userId: viewer.userId,
      operation: "generateImages",
      key: idempotencyKey ?? null,
      input: { workspaceId, tags, styleId, ...asked },
    };
    return once(tx, request, generatedBatch, () =>
      writeImages(tx, {
        createdById: viewer.userId,
        plan,
        tags: tags ?? [],
        mostWaiting: services.config.MAX_WAITING_IMAGES,
      }),
    );
  });
}
