import { Prisma } from "../generated/prisma/client.ts";
import type { Db } from "../infra/db.ts";

/** Most pictures that a search finds. */
export const mostFound = 2_000;

/**
 * Finds the pictures of a workspace by the words of their prompt, title, alt text and tags, as people write into a search field:
 * `red boat`, `"red boat"`, `boat or ship`, `boat -red`; a last word may be unfinished. Answers ids, of the newest pictures where
 * more than {@link mostFound} match, and whether that is so. Whether the viewer may see them is the caller's business.
 */
export async function searchImages(
  db: Db,
  { workspaceId, text }: { readonly workspaceId: string; readonly text: string },
): Promise<{ readonly ids: string[]; readonly cut: boolean }> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    select id from image
    where workspace_id = ${workspaceId}::uuid and search @@ ${searchQuery(text)}
    order by created_at desc, id desc limit ${mostFound + 1}`;
  return { ids: rows.slice(0, mostFound).map(({ id }) => id), cut: rows.length > mostFound };
}

/** The last word, and what stands before it. */
const lastWord = /^(?<head>|.*\s)(?<last>[\p{L}\p{N}]+)$/su;

function searchQuery(text: string): Prisma.Sql {
  const { head = "", last } = lastWord.exec(text.trim())?.groups ?? {};
  // Inside of quotation marks, or as an alternative, the last word belongs to what stands before it.
  const alone = (head.split('"').length - 1) % 2 === 0 && !/(^|\s)or\s/i.test(head);
  if (last === undefined || !alone) return Prisma.sql`websearch_to_tsquery('simple', ${text})`;
  return Prisma.sql`(websearch_to_tsquery('simple', ${head}) && to_tsquery('simple', ${`${last}:*`}))`;
}
