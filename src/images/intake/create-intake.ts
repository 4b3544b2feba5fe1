import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Tx } from "../../infra/db.ts";
import { recordEvents } from "../../infra/events.ts";
import { imageTopic } from "../image-status.ts";
import { ensureTags } from "../tags/ensure-tags.ts";
import { wakeIntake } from "./wake-intake.ts";

/** A picture that is about to come in. */
export interface ArrivingPicture {
  readonly id: string;
  readonly title: string | null;
  /** Where it is to be fetched from; null for a file that was uploaded. */
  readonly sourceUrl: string | null;
}

/** Pictures that come in together. */
export interface Intake {
  readonly workspaceId: string;
  readonly createdById: string;
  readonly origin: "UPLOADED" | "IMPORTED";
  readonly pictures: readonly ArrivingPicture[];
  /** Names of tags for each of them; those that there are none of are made. */
  readonly tags: readonly string[];
}

/** What an intake made: pictures still to be taken in, in order. */
export const intakeBatch = z.object({ batchId: z.uuid(), imageIds: z.array(z.uuid()) });

/** An {@link intakeBatch}. */
export type IntakeBatch = z.output<typeof intakeBatch>;

/** Writes pictures that come in from outside (PENDING) with their tags, jobs and events, in the caller's transaction. */
export async function createIntake(tx: Tx, intake: Intake): Promise<IntakeBatch> {
  const { workspaceId, createdById, origin, pictures } = intake;
  const batchId = randomUUID();
  const tagIds = await ensureTags(tx, workspaceId, intake.tags);
  const tags = await tx.tag.findMany({
    where: { id: { in: tagIds } },
    select: { name: true },
    orderBy: { nameKey: "asc" },
  });
  const shared = {
    ...{ workspaceId, createdById, origin, batchId, prompt: "", promptSent: "", progressKind: "MEASURED" as const },
    tagNames: tags.map(({ name }) => name).join(" "),
  };
  await tx.image.createMany({ data: pictures.map((picture) => ({ ...shared, ...picture })) });
  const imageIds = pictures.map(({ id }) => id);
  await tx.imageTag.createMany({ data: imageIds.flatMap((imageId) => tagIds.map((tagId) => ({ imageId, tagId }))) });
  await wakeIntake(tx, imageIds);
  await recordEvents(
    tx,
    imageIds.map((entityId) => ({ workspaceId, topic: imageTopic, entityId, kind: "CREATED" as const, version: 0 })),
  );
  return { batchId, imageIds };
}
