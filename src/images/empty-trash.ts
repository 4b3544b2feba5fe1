import type { Clock } from "../infra/clock.ts";
import { addMilliseconds } from "../infra/clock.ts";
import type { Db, Transact } from "../infra/db.ts";
import { recordEvents } from "../infra/events.ts";
import { type ObjectStorage, objectKey } from "../infra/storage.ts";
import { imageTopic } from "./image-status.ts";
import { trashHorizon } from "./trash.ts";

/** Pictures of one round. */
const batchSize = 100;

/** A file that was put just now may be of a picture whose row is being written. In milliseconds. */
const freshFile = 60 * 60 * 1_000;

interface Services {
  readonly db: Db;
  readonly transact: Transact;
  readonly storage: ObjectStorage;
  readonly clock: Clock;
}

/**
 * Deletes what was in the trash for thirty days, for good: first the files that nothing else uses, then the rows, so that whoever
 * dies in between leaves a row that the next run finds. A picture that a post still shows stays. Answers how many went.
 */
export async function emptyTrash(services: Services): Promise<number> {
  const { db, clock } = services;
  const expired = { trashedAt: { lte: trashHorizon(clock.now()) }, postImages: { none: {} } };
  let deleted = 0;
  for (;;) {
    const images = await db.image.findMany({
      where: expired,
      select: { id: true, sha256: true, extension: true },
      orderBy: { trashedAt: "asc" },
      take: batchSize,
    });
    if (images.length === 0) return deleted;
    await deleteFiles(services, images);
    const gone = await deleteRows(
      services,
      images.map(({ id }) => id),
      expired,
    );
    // NOTE Without progress the same ones would be found again and again: a post took all of them just now.
    if (gone === 0) return deleted;
    deleted += gone;
  }
}

async function deleteFiles(
  { db, storage, clock }: Services,
  images: readonly { readonly id: string; readonly sha256: string | null; readonly extension: string | null }[],
): Promise<void> {
  const extensions = new Map(
    images.flatMap(({ sha256, extension }) => (sha256 === null || extension === null ? [] : [[sha256, extension]])),
  );
  const used = await usedElsewhere(
    db,
    [...extensions.keys()],
    images.map(({ id }) => id),
  );
  for (const [sha256, extension] of extensions) {
    if (used.has(sha256)) continue;
    const original = await storage.stat(objectKey(sha256, "original", extension));
    if (original !== null && original.modifiedAt > addMilliseconds(clock.now(), -freshFile)) continue;
    for (const variant of ["thumb", "preview", "original"] as const) {
      await storage.delete(objectKey(sha256, variant, extension));
    }
  }
}

/** Those of the files that another picture, or something published in the showcase, needs. */
async function usedElsewhere(db: Db, hashes: readonly string[], imageIds: readonly string[]): Promise<Set<string>> {
  const rows = await db.$queryRaw<{ sha256: string }[]>`
    select sha256 from image where sha256 = any(${hashes}) and id <> all(${imageIds}::uuid[])
    union
    select shown ->> 'sha256' from showcase_entry, jsonb_array_elements(images) as shown
    where shown ->> 'sha256' = any(${hashes})`;
  return new Set(rows.map(({ sha256 }) => sha256));
}

async function deleteRows(
  { transact }: Services,
  imageIds: readonly string[],
  expired: { readonly trashedAt: { readonly lte: Date }; readonly postImages: { readonly none: object } },
): Promise<number> {
  return transact(async (tx) => {
    await tx.$queryRaw`select 1 from image where id = any(${imageIds}::uuid[]) order by id for update`;
    const where = { id: { in: [...imageIds] }, ...expired };
    const images = await tx.image.findMany({ where, select: { id: true, workspaceId: true, statusVersion: true } });
    await tx.image.deleteMany({ where: { id: { in: images.map(({ id }) => id) } } });
    await recordEvents(
      tx,
      images.map(({ id, workspaceId, statusVersion }) => ({
        ...{ workspaceId, topic: imageTopic, entityId: id, kind: "DELETED" as const, version: statusVersion + 1 },
      })),
    );
    return images.length;
  });
}
