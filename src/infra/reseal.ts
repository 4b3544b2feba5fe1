/** Sealing stored secrets anew when the keys change, so that old keys can be taken out of the ring. */
import { z } from "zod";
import type { Db } from "./db.ts";
import type { KeyRing } from "./key-ring.ts";
import type { Logger } from "./log.ts";
import { SealError, type SealedPlace, seal, sealedWith, unseal } from "./sealed.ts";

const batchSize = 200;

/** A column of sealed texts. Names are our own and never come from outside. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** SQL that names a row, as unique text. */
  readonly row: string;
  /** The row's name as it went into the seal, where that is written otherwise. */
  sealedRow?(row: string): string;
  /** The column's name as it went into the seal, where a text moves from one column to another. */
  readonly sealedColumn?: string;
}

/** What came of sealing everything anew: counts by the names of the keys that things had. */
export interface ResealReport {
  readonly resealed: Readonly<Record<string, number>>;
  /** Their key is missing, or is another one of that name. They stay as they are. */
  readonly unopenable: Readonly<Record<string, number>>;
}

const found = z.array(z.object({ tid: z.string(), row: z.string(), sealed: z.string() }));

/**
 * Seals every text of `columns` whose key is not the newest with the newest. It may stop anywhere and be begun again, several at
 * once do no harm, and a text that somebody replaces meanwhile is left alone.
 */
export async function reseal(
  { db, secretKeys, log }: { readonly db: Db; readonly secretKeys: KeyRing; readonly log: Logger },
  columns: readonly SealedColumn[],
): Promise<ResealReport> {
  const resealed: Record<string, number> = {};
  const unopenable: Record<string, number> = {};
  const count = (counts: Record<string, number>, key: string) => {
    counts[key] = (counts[key] ?? 0) + 1;
  };
  for (const column of columns) {
    const { table, column: name } = column;
    for await (const { tid, row, sealed } of sealedWithOldKeys(db, column, secretKeys[0]?.id ?? "")) {
      const place = { table, column: column.sealedColumn ?? name, row: column.sealedRow?.(row) ?? row };
      const fresh = sealAnew(secretKeys, place, sealed, log);
      // A row that was written meanwhile is elsewhere, or holds another text: both mean that somebody else was here.
      const sql = `update ${table} set ${name} = $1 where ctid = $2::tid and ${name} = $3`;
      if (fresh === null) count(unopenable, sealedWith(sealed));
      else if ((await db.$executeRawUnsafe(sql, fresh, tid, sealed)) > 0) count(resealed, sealedWith(sealed));
    }
  }
  return { resealed, unopenable };
}

/** What is stored, by the names of the keys it is sealed with. */
export interface SealedCount {
  readonly sealed: Readonly<Record<string, number>>;
  /** Their key is missing, or is another one of that name. */
  readonly unopenable: Readonly<Record<string, number>>;
}

const keyRows = z.array(z.object({ key: z.string(), count: z.number(), row: z.string(), sealed: z.string() }));

/** Counts sealed texts. One of each key and column is opened, which shows whether the key is the right one. */
export async function countSealed(db: Db, secretKeys: KeyRing, columns: readonly SealedColumn[]): Promise<SealedCount> {
  const sealed: Record<string, number> = {};
  const unopenable: Record<string, number> = {};
  for (const { table, column, row, sealedRow, sealedColumn } of columns) {
    const sql = `
      select split_part(${column}, '.', 1) as key, count(*)::int as count,
        (array_agg(${row} order by ${row}))[1] as row, (array_agg(${column} order by ${row}))[1] as sealed
      from ${table} where ${column} is not null group by 1`;
    for (const group of keyRows.parse(await db.$queryRawUnsafe(sql))) {
      const place = { table, column: sealedColumn ?? column, row: sealedRow?.(group.row) ?? group.row };
      const counts = isOpenable(secretKeys, place, group.sealed) ? sealed : unopenable;
      counts[group.key] = (counts[group.key] ?? 0) + group.count;
    }
  }
  return { sealed, unopenable };
}

function isOpenable(keys: KeyRing, place: SealedPlace, text: string): boolean {
  try {
    unseal(keys, place, text);
    return true;
  } catch (error) {
    if (error instanceof SealError) return false;
    throw error;
  }
}

/** A batch at a time, in the order of their names. */
async function* sealedWithOldKeys(db: Db, { table, column, row }: SealedColumn, newest: string) {
  const sql = `
    select ctid::text as tid, ${row} as row, ${column} as sealed from ${table}
    where split_part(${column}, '.', 1) <> $1 and ${row} > $2 order by 2 limit ${batchSize}`;
  let after = "";
  for (;;) {
    const rows = found.parse(await db.$queryRawUnsafe(sql, newest, after));
    yield* rows;
    if (rows.length < batchSize) return;
    after = rows.at(-1)?.row ?? "";
  }
}

function sealAnew(keys: KeyRing, place: SealedPlace, sealed: string, log: Logger): string | null {
  try {
    return seal(keys, place, unseal(keys, place, sealed));
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    log.error({ err: error, row: place.row }, "a stored secret cannot be sealed anew");
    return null;
  }
}
