import type { Atelier } from "./atelier.ts";

/** Every table, those of the queue and of migrations too. */
async function allTables({ services }: Atelier): Promise<string[]> {
  const found = await services.db.$queryRaw<{ name: string }[]>`
    select format('%I.%I', table_schema, table_name) as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
    order by 1`;
  return found.map(({ name }) => name);
}

/** The tables in which a text stands anywhere, in whatever case and column. */
export async function tablesWith(atelier: Atelier, text: string): Promise<string[]> {
  const holding: string[] = [];
  for (const table of await allTables(atelier)) {
    const sql = `select 1 from ${table} as row where row::text ilike '%' || $1 || '%' limit 1`;
    if ((await atelier.services.db.$queryRawUnsafe<unknown[]>(sql, text)).length > 0) holding.push(table);
  }
  return holding;
}

/** Every key in storage. */
export async function storedKeys({ services }: Atelier): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of services.storage.list("")) keys.push(key);
  return keys.toSorted();
}
