import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Tx } from "../infra/db.ts";
import { recordEvents } from "../infra/events.ts";
import { maxSeed } from "./generation-request.ts";
import { imageTopic } from "./image-status.ts";
import type { PlannedGeneration } from "./plan-generation.ts";
import { requireRoom } from "./queue/require-room.ts";
import { ensureTags } from "./tags/ensure-tags.ts";
import { wakeImages } from "./wake-images.ts";

/** What a request made, as an idempotency key keeps it. */
export const generatedBatch = z.object({ batchId: z.uuid(), imageIds: z.array(z.uuid()) });

/** Pictures still to be generated, in order. */
export type GeneratedBatch = z.output<typeof generatedBatch>;

/** Planned pictures, whose they are, and how many of the workspace's may wait, these included. */
export interface WrittenRequest {
  readonly createdById: string;
  readonly plan: PlannedGeneration;
  /** Names. */
  readonly tags: readonly string[];
  readonly mostWaiting: number;
}

/**
 * Writes the rows (PENDING), tags, jobs and events of planned pictures, in the caller's transaction. Throws a `ConflictError`
 * when the workspace would have too many tags, an `ImageQueueFullError` when it would have too many pictures waiting.
 */
export async function writeImages(
  tx: Tx,
  { createdById, plan, tags, mostWaiting }: WrittenRequest,
): Promise<GeneratedBatch> {
  const { workspaceId, provider, model, words, seed, options, expectedCost } = plan;
  const { parentImageId, fromParent, strength } = plan;
  await requireRoom(tx, { workspaceId, more: plan.count, most: mostWaiting });
  const batchId = randomUUID();
  // Before the pictures: see `lockTagNames`.
  const tagIds = await ensureTags(tx, workspaceId, tags);
  const tagNames = await namesOf(tx, tagIds);
  const rows = Array.from({ length: plan.count }, (_, index) => ({
    ...{ workspaceId, createdById, batchId, provider: provider.name, model, ...words, options, tagNames },
    ...{ requestedWidth: plan.width, requestedHeight: plan.height },
    requestedSeed: (seed + index) % (maxSeed + 1),
    ...{ parentImageId, fromParent, strength },
    progressKind: provider.capabilities.progress,
    costEstimated: expectedCost === null ? null : BigInt(Math.round(expectedCost.amount * 1_000_000)),
    costCurrency: expectedCost?.currency ?? null,
  }));
  const images = await tx.image.createManyAndReturn({ data: rows, select: { id: true } });
  const imageIds = images.map((image) => image.id);
  if (tagIds.length > 0) {
    await tx.imageTag.createMany({ data: imageIds.flatMap((imageId) => tagIds.map((tagId) => ({ imageId, tagId }))) });
  }
  await wakeImages(tx, imageIds);
  await recordEvents(
    tx,
    imageIds.map((entityId) => ({ workspaceId, topic: imageTopic, entityId, kind: "CREATED" as const, version: 0 })),
  );
  return { batchId, imageIds };
}

/** As the search wants them: see `writeTagNames`. */
async function namesOf(tx: Tx, tagIds: readonly string[]): Promise<string> {
  if (tagIds.length === 0) return "";
  const tags = await tx.tag.findMany({
    where: { id: { in: [...tagIds] } },
    select: { name: true },
    orderBy: { nameKey: "asc" },
  });
  return tags.map(({ name }) => name).join(" ");
}
