import { z } from "zod";
import { addMilliseconds, type Clock } from "../../infra/clock.ts";
import type { Db } from "../../infra/db.ts";
import type { ObjectStorage } from "../../infra/storage.ts";

/**
 * A file that was put within this time, in milliseconds, may be about to get a row: the same pixels made in another workspace are
 * the same file, and files come before their rows. No ingest takes so long.
 */
const settled = 60 * 60_000;

const used = z.array(z.object({ sha256: z.string() }));

/**
 * Removes the files of pictures, with all that was made from them, unless a row outside of `workspaceId` uses them. Answers the
 * hashes that must wait because their files are too young.
 */
export async function eraseFiles(
  services: { readonly db: Db; readonly storage: ObjectStorage; readonly clock: Clock },
  workspaceId: string,
  hashes: readonly string[],
): Promise<ReadonlySet<string>> {
  const { storage, clock } = services;
  const elsewhere = await usedElsewhere(services, workspaceId, hashes);
  const waiting = new Set<string>();
  for (const sha256 of new Set(hashes)) {
    if (elsewhere.has(sha256)) continue;
    const files: { key: string; modifiedAt: Date }[] = [];
    for await (const file of storage.list(`images/${sha256.slice(0, 2)}/${sha256}`)) files.push(file);
    if (files.some(({ modifiedAt }) => modifiedAt > addMilliseconds(clock.now(), -settled))) waiting.add(sha256);
    else for (const { key } of files) await storage.delete(key);
  }
  return waiting;
}

async function usedElsewhere({ db }: { readonly db: Db }, workspaceId: string, hashes: readonly string[]) {
  const rows = used.parse(
    await db.$queryRaw`
      select hash as sha256 from unnest(${[...new Set(hashes)]}::text[]) as hash
      where exists (select 1 from image where image.sha256 = hash and workspace_id <> ${workspaceId}::uuid)
         or exists (
              select 1 from showcase_entry as entry join showcase_gallery as gallery on gallery.handle = entry.handle
              where entry.images @> jsonb_build_array(jsonb_build_object('sha256', hash))
                and gallery.workspace_id <> ${workspaceId}::uuid)`,
  );
  return new Set(rows.map(({ sha256 }) => sha256));
}
