import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Tx } from "../infra/db.ts";
import { recordEvents } from "../infra/events.ts";
import { maxSeed } from "./generation-request.ts";
import { imageTopic } from "./image-status.ts";
import type { PlannedGeneration } from "./plan-generation.ts";
import { wakeImages } from "./wake-images.ts";

/** What a request made, as an idempotency key keeps it. */
export const generatedBatch = z.object({ batchId: z.uuid(), imageIds: z.array(z.uuid()) });

/** Pictures still to be generated, in order. */
export type GeneratedBatch = z.output<typeof generatedBatch>;

/** Writes the rows (PENDING), jobs and events of planned pictures, in the caller's transaction. */
export async function writeImages(tx: Tx, createdById: string, plan: PlannedGeneration): Promise<GeneratedBatch> {
  const { workspaceId, provider, model, words, seed, options, expectedCost } = plan;
  const { parentImageId, fromParent, strength } = plan;
  const batchId = randomUUID();
  const rows = Array.from({ length: plan.count }, (_, index) => ({
    ...{ workspaceId, createdById, batchId, provider: provider.name, model, ...words, options },
    ...{ requestedWidth: plan.width, requestedHeight: plan.height },
    requestedSeed: (seed + index) % (maxSeed + 1),
    ...{ parentImageId, fromParent, strength },
    progressKind: provider.capabilities.progress,
    costEstimated: expectedCost === null ? null : BigInt(Math.round(expectedCost.amount * 1_000_000)),
    costCurrency: expectedCost?.currency ?? null,
  }));
  const images = await tx.image.createManyAndReturn({ data: rows, select: { id: true } });
  const imageIds = images.map((image) => image.id);
  await wakeImages(tx, imageIds);
  await recordEvents(
    tx,
    imageIds.map((entityId) => ({ workspaceId, topic: imageTopic, entityId, kind: "CREATED" as const, version: 0 })),
  );
  return { batchId, imageIds };
}
