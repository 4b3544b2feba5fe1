import { addMilliseconds, type Clock } from "../../infra/clock.ts";
import type { Db } from "../../infra/db.ts";
import type { ObjectStorage } from "../../infra/storage.ts";
import { removeStagedFile, stagedImageId, stagedPrefix } from "./staged-files.ts";

/** A file younger than this may be about to get its row, in milliseconds. No upload takes that long. */
const grace = 60 * 60_000;
const batchSize = 500;

/** Removes uploaded files whose picture has its end, or never got a row: what dead processes left. Answers how many went. */
export async function forgetStagedFiles({
  db,
  storage,
  clock,
}: {
  readonly db: Db;
  readonly storage: ObjectStorage;
  readonly clock: Clock;
}): Promise<number> {
  const old = addMilliseconds(clock.now(), -grace);
  const found: string[] = [];
  for await (const { key, modifiedAt } of storage.list(stagedPrefix)) {
    if (modifiedAt < old) found.push(stagedImageId(key));
  }
  let removed = 0;
  for (let first = 0; first < found.length; first += batchSize) {
    const ids = found.slice(first, first + batchSize);
    const needed = await db.image.findMany({
      where: { id: { in: ids }, status: { in: ["PENDING", "GENERATING"] } },
      select: { id: true },
    });
    const kept = new Set(needed.map(({ id }) => id));
    for (const id of ids.filter((imageId) => !kept.has(imageId))) {
      await removeStagedFile(storage, id);
      removed += 1;
    }
  }
  return removed;
}
