import { randomInt, randomUUID } from "node:crypto";
import { z } from "zod";
import type { ImageProvider } from "../image-providers/provider.ts";
import type { Transact } from "../infra/db.ts";
import { recordEvents } from "../infra/events.ts";
import { once } from "../infra/idempotency.ts";
import type { OutboundHttp } from "../infra/outbound-http.ts";
import { parseInput } from "../infra/parse-input.ts";
import { type Actor, requireMember } from "../workspaces/require-member.ts";
import { checkGeneration, chooseProvider, generationInput, maxSeed } from "./generation-request.ts";
import { imageTopic } from "./image-status.ts";
import { modelsOf } from "./provider-models.ts";
import { wakeImages } from "./wake-images.ts";

const made = z.object({ batchId: z.uuid(), imageIds: z.array(z.uuid()) });

/** What a request made: pictures still to be generated, in order. */
export type GeneratedBatch = z.output<typeof made>;

/**
 * Asks for pictures: writes their rows (PENDING), their jobs and their events in one transaction. Throws a `ValidationError`
 * for anything the provider would refuse, a `NotFoundError` for a foreign workspace, an `IdempotencyKeyReusedError` for a
 * key that came with other input before.
 */
export async function generateImages(
  services: { transact: Transact; providers: ReadonlyMap<string, ImageProvider>; http: OutboundHttp },
  viewer: Actor,
  unchecked: z.input<typeof generationInput>,
): Promise<GeneratedBatch> {
  const input = parseInput(generationInput, unchecked);
  const { transact, providers, http } = services;
  const provider = chooseProvider(providers, input.provider ?? null);
  const { model, width, height } = checkGeneration(provider, await modelsOf(provider, http), input);
  const { workspaceId, idempotencyKey, ...asked } = input;
  return transact(async (tx) => {
    await requireMember(tx, viewer, { workspaceId, permission: "images:create" });
    const request = {
      userId: viewer.userId,
      operation: "generateImages",
      key: idempotencyKey ?? null,
      input: { workspaceId, ...asked },
    };
    return once(tx, request, made, async () => {
      const batchId = randomUUID();
      const seed = input.seed ?? randomInt(maxSeed);
      const rows = Array.from({ length: input.count }, (_, index) => ({
        ...{ workspaceId, batchId, provider: provider.name, model },
        ...{
          createdById: viewer.userId,
          prompt: input.prompt,
          promptSent: input.prompt,
          negativePrompt: input.negativePrompt,
          negativePromptSent: input.negativePrompt,
        },
        ...{ requestedWidth: width, requestedHeight: height, requestedSeed: (seed + index) % (maxSeed + 1) },
        progressKind: provider.capabilities.progress,
      }));
      const images = await tx.image.createManyAndReturn({ data: rows, select: { id: true } });
      const imageIds = images.map((image) => image.id);
      await wakeImages(tx, imageIds);
      await recordEvents(
        tx,
        imageIds.map((entityId) => ({
          workspaceId,
          topic: imageTopic,
          entityId,
          kind: "CREATED" as const,
          version: 0,
        })),
      );
      return { batchId, imageIds };
    });
  });
}
