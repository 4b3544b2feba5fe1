import type { Db } from "../infra/db.ts";
import type { Platform } from "../platforms/platform.ts";

/** Who may point at a picture's file. */
export interface FileKeepers {
  readonly db: Db;
  readonly platforms: ReadonlyMap<string, Platform>;
}

/**
 * Of these hashes those whose files somebody still needs: a row of any table, or a platform for what was published.
 *
 * Tables are asked by a rule, not by a list that a new one could be missing from: every text column whose name ends in `sha256`
 * keeps the files that it names.
 */
export async function keptFiles(
  { db, platforms }: FileKeepers,
  hashes: readonly string[],
): Promise<ReadonlySet<string>> {
  if (hashes.length === 0) return new Set();
  const wanted = [...hashes];
  // Names from the catalogue, quoted by the database itself.
  const columns = await db.$queryRaw<{ table: string; column: string }[]>`
    select quote_ident(table_name) as table, quote_ident(column_name) as column from information_schema.columns
    where table_schema = current_schema() and data_type = 'text' and column_name like '%sha256'`;
  const kept: string[] = [];
  for (const { table, column } of columns) {
    const select = `select distinct ${column} as sha256 from ${table} where ${column} = any($1)`;
    const named = await db.$queryRawUnsafe<{ sha256: string }[]>(select, wanted);
    kept.push(...named.map(({ sha256 }) => sha256));
  }
  for (const platform of platforms.values()) kept.push(...((await platform.keptFiles?.(wanted)) ?? []));
  return new Set(kept);
}
