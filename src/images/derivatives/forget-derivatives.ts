import { addMilliseconds } from "../../infra/clock.ts";
import { derivativeFileKey, derivativePrefix } from "./derivative-file.ts";
import type { DerivativeServices } from "./make-derivative.ts";

/** A made-over picture that nothing needed for so long is forgotten, in milliseconds; platforms fetch within two days. */
const keepFor = 14 * 24 * 60 * 60_000;
/** A file without a row is somebody's who is about to write it, or died. */
const settled = 60 * 60_000;
const batchSize = 200;

/**
 * Removes made-over pictures that nothing needed lately, those whose original is gone, and files without a row. They can be made again. Answers
 * how many files went.
 */
export async function forgetDerivatives({ db, storage, clock }: DerivativeServices): Promise<number> {
  const oldest = addMilliseconds(clock.now(), -keepFor);
  for (;;) {
    // The row first: a row must never point at nothing. Its file is a file without a row from then on.
    const gone = await db.$executeRaw`
      delete from derivative where id in (
        select id from derivative where used_at < ${oldest}
          or not exists (select 1 from image where image.sha256 = derivative.source_hash)
        limit ${batchSize})`;
    if (gone < batchSize) break;
  }
  let removed = 0;
  let files: string[] = [];
  const flush = async () => {
    removed += await removeUnknown({ db, storage }, files);
    files = [];
  };
  for await (const { key, modifiedAt } of storage.list(derivativePrefix)) {
    if (modifiedAt > addMilliseconds(clock.now(), -settled)) continue;
    if (files.push(key) >= batchSize) await flush();
  }
  await flush();
  return removed;
}

async function removeUnknown(
  { db, storage }: Pick<DerivativeServices, "db" | "storage">,
  keys: readonly string[],
): Promise<number> {
  const hashOf = (key: string) => key.slice(key.lastIndexOf("/") + 1, key.lastIndexOf("."));
  const known = await db.derivative.findMany({
    where: { hash: { in: keys.map(hashOf) } },
    select: { hash: true, extension: true },
  });
  const kept = new Set(known.map(derivativeFileKey));
  const unknown = keys.filter((key) => !kept.has(key));
  for (const key of unknown) await storage.delete(key);
  return unknown.length;
}
